//! Start now: plans become queued runs, all in one transaction.

use drover_model::{Caller, CommandError, RunId, RunRow, request::StartTask};
use drover_store::{NewRun, Origin};

use super::tasks::no_task;
use crate::{Engine, Result, error::Doing as _};

impl Engine {
    /// One queued run per profile. The same request id again is answered with the same runs.
    pub async fn start_task(&self, by: Caller, req: StartTask) -> Result<Vec<RunRow>> {
        self.ensure_claims();
        if let Some(request) = req.request_id.clone() {
            let earlier = self
                .rooms()
                .store
                .read(move |db| db.runs_of_request(&request))
                .await
                .doing("look for the same request")?;
            if !earlier.is_empty() {
                return Ok(earlier);
            }
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
        let now = self.rooms().now();
        let plans = prepared
            .plans(|| RunId::from_bits(self.rooms().new_id.bits(now)))
            .map_err(CommandError::from)?;
        debug_assert_eq!(plans.len(), prepared.runs());
        let runs = plans.into_iter().map(|(id, plan)| NewRun {
            id,
            task_id: task.id,
            task_version: task.version,
            profile_id: plan.profile.as_ref().map(|profile| profile.id),
            plan,
            request_id: req.request_id.clone(),
            rerun_of: None,
            queued_at: now,
            priority,
            not_before: None,
            origin: Origin::default(),
        });
        let rows = self
            .rooms()
            .queue
            .enqueue(now, by, runs.collect())
            .await
            .doing("queue the runs")?;
        self.note_started(&rows);
        Ok(rows)
    }
}
