//! Start now: plans become queued runs, all in one transaction.

use drover_model::{Caller, CommandError, RunRow, request::StartTask};

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
        let (priority, waits_for) = (req.options.priority, req.options.waits_for);
        let prepared = self
            .prepare(task.spec, task.version, req.options)
            .await?
            .map_err(CommandError::from)?;
        let start = Start {
            priority,
            request_id: req.request_id,
            waits_for,
            ..Start::new(task.id, task.version)
        };
        Ok(self.enqueue_start(by, &prepared, start).await?.1)
    }
}
