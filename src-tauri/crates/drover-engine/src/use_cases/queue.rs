//! The queue: its order, its limits, and why a run waits.

use drover_model::{
    Caller, CommandError, Limit, Pause, RunState, WaitReason,
    request::{
        CancelRun, CancelRuns, GetQueue, ListLimits, QueueView, SetLimit, SetPause, SetPriority,
        WhyRun,
    },
};
use drover_store::RunFilter;

use super::runs::{no_run, stopped_by_a_person};
use crate::{Engine, Error, Result, error::Doing as _};

/// The most characters of the note of a pause.
const MAX_NOTE: usize = 500;

impl Engine {
    pub async fn get_queue(&self, _by: Caller, req: GetQueue) -> Result<QueueView> {
        let moment = self.rooms().queue.moment(self.rooms().now());
        let mut view = self
            .rooms()
            .store
            .read(move |db| db.queue(moment, req.limit))
            .await
            .doing("read the queue")?;
        let waiting = view.waiting.iter_mut();
        self.tell_next_checks(
            waiting
                .map(|waiting| (waiting.row.id, &mut waiting.reasons))
                .collect(),
        )
        .await?;
        Ok(view)
    }

    pub async fn why_run(&self, _by: Caller, req: WhyRun) -> Result<Vec<WaitReason>> {
        let now = self.rooms().now();
        match self.rooms().queue.why(req.run, now).await {
            Err(drover_store::Error::NotFound { .. }) => Err(no_run(req.run).into()),
            reasons => {
                let mut reasons = reasons.doing("read why a run waits")?;
                self.tell_next_checks(vec![(req.run, &mut reasons)]).await?;
                Ok(reasons)
            }
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

    /// What waits is cancelled in one order, so that nothing of it can start meanwhile; what runs is stopped, one after
    /// the other. Tells how many there were.
    pub async fn cancel_runs(&self, by: Caller, req: CancelRuns) -> Result<u32> {
        let wanted = |state: &RunState| req.states.is_empty() || req.states.contains(state);
        let filter = RunFilter {
            task: req.task.clone(),
            profile: req.profile.clone(),
            batch: req.batch,
            since: req.since,
        };
        let mut stopped = 0;
        if wanted(&RunState::Queued) {
            let queue = &self.rooms().queue;
            let cancelled = queue
                .cancel_queued(by, filter.clone(), stopped_by_a_person(self.rooms().now()))
                .await
                .doing("cancel the runs")?;
            stopped += u32::try_from(cancelled.len()).unwrap_or(u32::MAX);
            for run in cancelled {
                let row = self.row(run).await?;
                self.rooms()
                    .live
                    .tell(run, |batch| batch.row = Some(row.clone()));
            }
        }
        if req.waiting {
            return Ok(stopped);
        }
        let states = [RunState::Starting, RunState::Running, RunState::Parked];
        let states: Vec<_> = states.into_iter().filter(wanted).collect();
        if states.is_empty() {
            return Ok(stopped);
        }
        let live = filter.list(states, u32::MAX);
        for row in self.list_runs(by, live).await?.rows {
            match self.cancel_run(by, CancelRun { run: row.id }).await {
                Ok(_) => stopped += 1,
                // It ended by itself a moment ago.
                Err(Error::Refused(error)) if error.code == drover_model::Code::WrongState => {}
                Err(error) => return Err(error),
            }
        }
        Ok(stopped)
    }

    /// Answers everything that is paused after it.
    pub async fn set_pause(&self, by: Caller, req: SetPause) -> Result<Vec<Pause>> {
        let now = self.rooms().now();
        let invalid = |message: &str, field| {
            Err(CommandError::new(drover_model::Code::Invalid, message)
                .field(field)
                .into())
        };
        if req.note.chars().count() > MAX_NOTE {
            return invalid("the note is longer than 500 characters", "note");
        }
        if req.until.is_some_and(|until| until <= now) {
            return invalid("a pause cannot end in the past", "until");
        }
        self.rooms()
            .queue
            .set_pause(now, by, req.what, req.paused, req.until, req.note)
            .await
            .doing("set the pause")?;
        self.rooms()
            .store
            .read(|db| db.pauses())
            .await
            .doing("read what is paused")
    }
}
