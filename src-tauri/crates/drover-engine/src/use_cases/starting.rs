//! Start now: plans become queued runs, all in one transaction.

use drover_model::{
    Caller, Code, CommandError, Priority, RunId, RunRow,
    request::{GetRun, RerunRun, StartTask},
};
use drover_store::{NewRun, Origin};

use super::{enqueueing::Start, tasks::no_task};
use crate::{Engine, Result, error::Doing as _};

impl Engine {
    /// One queued run per profile; several are a batch. The same request id again is answered with the same runs.
    pub async fn start_task(&self, by: Caller, req: StartTask) -> Result<Vec<RunRow>> {
        self.ensure_claims();
        if let Some(earlier) = self.earlier_start(req.request_id.clone()).await? {
            return Ok(earlier);
        }
        let name = req.task.clone();
        let task = self
            .rooms()
            .store
            .read(move |db| db.find_task(&req.task, None))
            .await
            .doing("read the task")?;
        let task = task
            .filter(|task| task.removed_at.is_none())
            .ok_or_else(|| no_task(&name))?;
        let priority = req.options.priority;
        let prepared = self
            .prepare(task.spec, task.version, req.options)
            .await?
            .map_err(CommandError::from)?;
        let start = Start {
            priority,
            request_id: req.request_id,
            ..Start::new(task.id, task.version)
        };
        Ok(self.enqueue_start(by, &prepared, start).await?.1)
    }

    /// The same version with the same inputs, planned anew: proxy and tokens are today's.
    pub async fn rerun_run(&self, by: Caller, req: RerunRun) -> Result<RunRow> {
        self.ensure_claims();
        let id = req.run;
        let original = self.get_run(by, GetRun { run: id }).await?;
        if original.row.state.is_live() {
            return Err(
                CommandError::new(Code::WrongState, "the run has not ended yet")
                    .hint("Stop it first, or start its task again.")
                    .into(),
            );
        }
        let (task_id, version) = (original.row.task_id, original.row.task_version);
        let task = self
            .rooms()
            .store
            .read(move |db| db.task(task_id, Some(version)))
            .await
            .doing("read the task")?;
        let task = task.ok_or_else(|| no_task(original.row.task.as_str()))?;
        let options = drover_model::request::StartOptions {
            profiles: original
                .plan
                .profile
                .iter()
                .map(|profile| profile.id.to_string())
                .collect(),
            tag: None,
            pick: None,
            params: original.plan.params,
            priority: Priority::NORMAL,
        };
        let prepared = self
            .prepare(task.spec, version, options)
            .await?
            .map_err(CommandError::from)?;
        let now = self.rooms().now();
        let plans = prepared
            .plans(|| RunId::from_bits(self.rooms().new_id.bits(now)))
            .map_err(CommandError::from)?;
        let runs = plans.into_iter().map(|(new, plan)| NewRun {
            id: new,
            task_id,
            task_version: version,
            profile_id: plan.profile.as_ref().map(|profile| profile.id),
            plan,
            request_id: None,
            rerun_of: Some(id),
            queued_at: now,
            priority: Priority::NORMAL,
            not_before: None,
            origin: Origin::default(),
        });
        let rows = self
            .rooms()
            .queue
            .enqueue(now, by, runs.take(1).collect())
            .await
            .doing("queue the run")?;
        self.note_started(&rows);
        rows.into_iter()
            .next()
            .ok_or_else(|| CommandError::new(Code::Internal, "the run was not queued").into())
    }
}
