//! Again: the same inputs, with the version that ran or with the newest.

use drover_model::{
    Caller, Code, CommandError, RunId, RunRow, RunState,
    request::{GetRun, RerunRun, RerunRuns, StartOptions},
};
use drover_store::{NewRun, Origin, RunFilter};

use super::tasks::no_task;
use crate::{Engine, Result, error::Doing as _};

/// The most runs that one order repeats.
const MOST: u32 = 10_000;

impl Engine {
    /// Planned anew: proxy and tokens are today's. It has the priority of the run that it repeats.
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
        let (task_id, ran) = (original.row.task_id, original.row.task_version);
        let version = (!req.latest).then_some(ran);
        let (task, priority) = self
            .rooms()
            .store
            .read(move |db| Ok((db.task(task_id, version)?, db.priority(id)?)))
            .await
            .doing("read the task")?;
        let task = task.ok_or_else(|| no_task(original.row.task.as_str()))?;
        let priority = priority.unwrap_or_default();
        let options = StartOptions {
            profiles: original
                .plan
                .profile
                .iter()
                .map(|profile| profile.id.to_string())
                .collect(),
            params: original.plan.params,
            priority,
            ..StartOptions::default()
        };
        let prepared = self
            .prepare(task.spec, task.version, options)
            .await?
            .map_err(CommandError::from)?;
        let now = self.rooms().now();
        let plans = prepared
            .plans(|| RunId::from_bits(self.rooms().new_id.bits(now)))
            .map_err(CommandError::from)?;
        let runs = plans.into_iter().map(|(new, plan)| NewRun {
            id: new,
            task_id,
            task_version: task.version,
            profile_id: plan.profile.as_ref().map(|profile| profile.id),
            plan,
            request_id: None,
            rerun_of: Some(id),
            queued_at: now,
            priority,
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

    /// Repeats what matches and was not repeated before, oldest first. The first that cannot be repeated ends it, and
    /// is the answer; those before it are queued.
    pub async fn rerun_runs(&self, by: Caller, req: RerunRuns) -> Result<Vec<RunRow>> {
        if let Some(live) = req.states.iter().find(|state| state.is_live()) {
            let message = format!("a run that is `{}` has not ended", live.key());
            return Err(CommandError::new(Code::Invalid, message)
                .field("states")
                .into());
        }
        let states = if req.states.is_empty() {
            vec![RunState::Failed, RunState::TimedOut, RunState::Lost]
        } else {
            req.states
        };
        let filter = RunFilter {
            task: req.task,
            profile: req.profile,
            batch: req.batch,
            since: req.since,
        };
        let found = self.list_runs(by, filter.list(states, MOST)).await?.rows;
        let mut started = Vec::new();
        for row in found.into_iter().rev() {
            let id = row.id;
            let repeated = self.rooms().store.read(move |db| db.is_repeated(id));
            if repeated.await.doing("look for a repetition")? {
                continue;
            }
            let again = RerunRun {
                run: id,
                latest: req.latest,
            };
            started.push(self.rerun_run(by, again).await?);
        }
        Ok(started)
    }
}
