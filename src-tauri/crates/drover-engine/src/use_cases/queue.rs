//! The queue: its order, its limits, and why a run waits.

use drover_model::{
    Caller, Limit, RunState, WaitReason,
    request::{
        CancelRun, CancelRuns, GetQueue, ListLimits, ListRuns, QueueView, SetLimit, SetPriority,
        WhyRun,
    },
};

use super::runs::no_run;
use crate::{Engine, Error, Result, error::Doing as _};

impl Engine {
    pub async fn get_queue(&self, _by: Caller, req: GetQueue) -> Result<QueueView> {
        let now = self.rooms().now();
        self.rooms()
            .store
            .read(move |db| db.queue(now, req.limit))
            .await
            .doing("read the queue")
    }

    pub async fn why_run(&self, _by: Caller, req: WhyRun) -> Result<Vec<WaitReason>> {
        let now = self.rooms().now();
        match self.rooms().queue.why(req.run, now).await {
            Err(drover_store::Error::NotFound { .. }) => Err(no_run(req.run).into()),
            reasons => reasons.doing("read why a run waits"),
        }
    }

    pub async fn set_priority(&self, by: Caller, req: SetPriority) -> Result<u32> {
        let now = self.rooms().now();
        self.rooms()
            .queue
            .set_priority(now, by, req.runs, req.priority)
            .await
            .doing("set the priority")
    }

    pub async fn list_limits(&self, _by: Caller, _req: ListLimits) -> Result<Vec<Limit>> {
        self.rooms()
            .store
            .read(|db| db.limits())
            .await
            .doing("read the limits")
    }

    /// Answers every limit after it.
    pub async fn set_limit(&self, by: Caller, req: SetLimit) -> Result<Vec<Limit>> {
        let now = self.rooms().now();
        self.rooms()
            .queue
            .set_limit(now, by, req.key, req.capacity, req.rate)
            .await
            .doing("set the limit")?;
        self.list_limits(by, ListLimits {}).await
    }

    /// Stops what matches, one after the other, and tells how many were stopped.
    pub async fn cancel_runs(&self, by: Caller, req: CancelRuns) -> Result<u32> {
        let states = RunState::ALL.into_iter().filter(|state| match state {
            RunState::Queued => true,
            state => state.is_live() && !req.waiting && *state != RunState::Stopping,
        });
        let wanted = ListRuns {
            states: states.collect(),
            task: req.task,
            profile: req.profile,
            limit: u32::MAX,
            ..ListRuns::default()
        };
        let mut stopped = 0;
        for row in self.list_runs(by, wanted).await?.rows {
            match self.cancel_run(by, CancelRun { run: row.id }).await {
                Ok(_) => stopped += 1,
                // It ended by itself a moment ago.
                Err(Error::Refused(error)) if error.code == drover_model::Code::WrongState => {}
                Err(error) => return Err(error),
            }
        }
        Ok(stopped)
    }
}
