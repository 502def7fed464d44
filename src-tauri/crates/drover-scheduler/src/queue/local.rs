//! The local queue keeps the contract, with its owner's clock.

use std::{collections::BTreeSet, sync::Arc};

use drover_model::{Caller, Ended, Move, RunId, RunState, WaitReason};
use drover_store::{Applied, Error, LiveRun, MoveDetail, NewRun};
use jiff::Timestamp;

use super::contract::{
    Abilities, ClaimWant, Control, Durability, Enqueued, Moved, OwnerId, QueueError, Recovered,
    RunQueue, RunToken, Taken,
};
use crate::{
    Clock, LocalQueue,
    local_queue::Changes,
    settle::{Orphan, settle},
};

/// A local queue with its clock.
#[derive(Clone)]
pub struct Clocked {
    queue: LocalQueue,
    clock: Arc<dyn Clock>,
}

/// What a [`Clocked`] queue tells of.
pub type ClockedChanges = Changes;

impl Clocked {
    /// That queue, by that clock.
    #[must_use]
    pub fn new(queue: LocalQueue, clock: Arc<dyn Clock>) -> Self {
        Self { queue, clock }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl From<Error> for QueueError {
    fn from(error: Error) -> Self {
        match error {
            Error::IllegalMove(illegal) => Self::IllegalMove(illegal),
            Error::NotFound { what, name } => Self::NotFound { what, name },
            Error::LineFull { line, .. } => Self::LineFull { line },
            other => Self::Unavailable(Arc::new(other)),
        }
    }
}

impl RunQueue for Clocked {
    type Changes = Changes;

    fn abilities(&self) -> Abilities {
        Abilities {
            durability: Durability::Power,
            lease: None,
        }
    }

    async fn enqueue(&self, runs: Vec<NewRun>) -> Result<Vec<Enqueued>, QueueError> {
        Ok(self.queue.accept(self.now(), Caller::Drover, runs).await?)
    }

    async fn claim(&self, owner: &OwnerId, want: ClaimWant) -> Result<Vec<Taken>, QueueError> {
        let marker = owner.as_str().to_owned();
        let claimed = self
            .queue
            .claim(self.now(), want.at_most, move |run| {
                format!("{marker}:{run}")
            })
            .await?;
        let taken = claimed.into_iter().map(|claimed| Taken {
            token: RunToken {
                run: claimed.run.id,
                attempt: claimed.attempt,
                owner: owner.clone(),
            },
            run: claimed.run,
            plan: claimed.plan,
        });
        Ok(taken.collect())
    }

    async fn advance(
        &self,
        token: &RunToken,
        step: Move,
        detail: MoveDetail,
    ) -> Result<Moved, QueueError> {
        let applied = self
            .queue
            .advance(Caller::Drover, token.run, token.attempt, step, detail)
            .await?;
        Ok(match applied {
            Applied::Done(row) => Moved::Done(row.state),
            Applied::Stale => Moved::Stale,
        })
    }

    /// A claim holds until it is given back: the folder's lock sees to it that there is one owner.
    async fn renew(
        &self,
        _owner: &OwnerId,
        _held: &[RunToken],
    ) -> Result<Vec<RunToken>, QueueError> {
        Ok(Vec::new())
    }

    async fn recover(
        &self,
        _owner: &OwnerId,
        survivors: &BTreeSet<RunId>,
    ) -> Result<Recovered, QueueError> {
        Ok(self.queue.settle_orphans(self.now(), survivors).await?)
    }

    async fn control(&self, change: Control) -> Result<(), QueueError> {
        let (queue, now, by) = (&self.queue, self.now(), Caller::Drover);
        match change {
            Control::Pause {
                what,
                paused,
                until,
            } => {
                let note = String::new();
                queue.set_pause(now, by, what, paused, until, note).await?;
            }
            Control::Limit {
                key,
                capacity,
                rate,
            } => queue.set_limit(now, by, key, capacity, rate).await?,
            Control::Priority { runs, priority } => {
                queue.set_priority(now, by, runs, priority).await?;
            }
            Control::Conditions(conditions) => {
                queue.conditions().send_replace(conditions);
            }
        }
        Ok(())
    }

    async fn why(&self, run: RunId) -> Result<Vec<WaitReason>, QueueError> {
        Ok(self.queue.why(run, self.now()).await?)
    }

    async fn standing(&self, run: RunId) -> Result<Option<(RunState, u32)>, QueueError> {
        Ok(self.queue.standing(run).await?)
    }

    async fn next_wake(&self) -> Result<Option<Timestamp>, QueueError> {
        Ok(self.queue.next_due(self.now()).await?)
    }

    fn changes(&self) -> Changes {
        self.queue.changes()
    }

    async fn changed(changes: &mut Changes) -> bool {
        changes.next().await
    }
}

impl LocalQueue {
    /// Accepts runs, and tells which were there before. All of them are kept, or none.
    pub async fn accept(
        &self,
        at: Timestamp,
        by: Caller,
        runs: Vec<NewRun>,
    ) -> Result<Vec<Enqueued>, Error> {
        self.store()
            .write(at, by, move |tx| {
                let mut fates = Vec::new();
                let mut new = Vec::new();
                for run in runs {
                    let known = tx.run_row(run.id)?.is_some() || tx.was_requested(&run)?;
                    fates.push(if known {
                        Enqueued::AlreadyThere
                    } else {
                        Enqueued::Accepted
                    });
                    if !known {
                        new.push(run);
                    }
                }
                tx.refuse_full_lines(&new, crate::LANE_CAP)?;
                new.iter().try_for_each(|run| tx.insert_run(run))?;
                Ok(fates)
            })
            .await
    }

    /// Where a run stands, and its current or next attempt.
    pub async fn standing(&self, run: RunId) -> Result<Option<(RunState, u32)>, Error> {
        let row = self.store().read(move |db| db.run_row(run)).await?;
        Ok(row.map(|row| (row.state, row.attempt)))
    }

    /// Settles every live run of a life that is over, and puts lines and places in order.
    pub async fn settle_orphans(
        &self,
        at: Timestamp,
        survivors: &BTreeSet<RunId>,
    ) -> Result<Recovered, Error> {
        let live = self.store().read(|db| db.live_runs()).await?;
        let mut recovered = Recovered::default();
        for run in live {
            let survives = survivors.contains(&run.id);
            match self.settle_orphan(at, &run, survives).await? {
                Some(Move::Requeue) => recovered.requeued.push(run.id),
                Some(Move::End { ended: Ended::Lost }) => recovered.lost.push(run.id),
                Some(Move::End { .. }) => recovered.ended.push(run.id),
                _ => {}
            }
        }
        self.recover(at).await?;
        Ok(recovered)
    }

    /// Settles one live run of which nobody takes care any more; tells the step that it took, if any.
    pub async fn settle_orphan(
        &self,
        at: Timestamp,
        run: &LiveRun,
        survives: bool,
    ) -> Result<Option<Move>, Error> {
        let id = run.id;
        let used = self.store().read(move |db| db.budget(id)).await?;
        let orphan = Orphan {
            state: run.state,
            stop_intent: run.stop_intent,
            on_lost: run.plan.on_lost,
            used,
            after_timeout: Orphan::pause_after_timeout(&run.plan, id, used),
            survives,
        };
        let Some((step, detail)) = settle(orphan, at) else {
            return Ok(None);
        };
        let applied = self
            .advance(Caller::Drover, id, run.attempt, step, detail)
            .await?;
        Ok((applied != Applied::Stale).then_some(step))
    }
}
