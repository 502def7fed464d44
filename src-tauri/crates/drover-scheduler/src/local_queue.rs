//! The queue over the local `SQLite` file.

use jiff::Timestamp;
use tokio::sync::broadcast;

use drover_model::{Caller, Fact, LimitKey, Move, Priority, Rate, RunId, RunRow, WaitReason};
use drover_store::{Applied, Claimed, Error, MoveDetail, NewRun, Result, Store};

/// Runs in `drover.db`. Every order is one committed transaction; the unique index over
/// live runs of a profile is the judge of every race.
#[derive(Clone)]
pub struct LocalQueue {
    store: Store,
}

impl LocalQueue {
    /// The queue of that store.
    #[must_use]
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Accepts runs. When it returns they are on disk.
    pub async fn enqueue(
        &self,
        at: Timestamp,
        by: Caller,
        runs: Vec<NewRun>,
    ) -> Result<Vec<RunRow>> {
        self.store
            .write(at, by, move |tx| {
                let ids: Vec<RunId> = runs.iter().map(|run| run.id).collect();
                runs.iter().try_for_each(|run| tx.insert_run(run))?;
                ids.into_iter()
                    .map(|id| {
                        tx.run_row(id)?.ok_or(Error::NotFound {
                            what: "run",
                            name: id.to_string(),
                        })
                    })
                    .collect()
            })
            .await
    }

    /// Takes up to `want` runs whose profile and limits are free, in the order of their turns, in one commit. `marker`
    /// names the processes of the attempt.
    pub async fn claim(
        &self,
        at: Timestamp,
        want: usize,
        marker: impl Fn(RunId) -> String + Send + 'static,
    ) -> Result<Vec<Claimed>> {
        let want = u32::try_from(want).unwrap_or(u32::MAX);
        // Whether there is anything at all is read first, on a connection that blocks nobody.
        let anything = self
            .store
            .read(move |db| Ok(db.has_ticked(at)? || !db.claimable(at, 1)?.is_empty()))
            .await?;
        if want == 0 || !anything {
            return Ok(Vec::new());
        }
        self.store
            .write(at, Caller::Drover, move |tx| {
                tx.tick(at)?;
                let mut claimed = Vec::new();
                // Each round takes the heads of lines; the runs behind them are heads then.
                loop {
                    let before = claimed.len();
                    let left = want - u32::try_from(before).unwrap_or(want);
                    for run in tx.claimable(at, left)? {
                        claimed.extend(tx.claim(run, at, &marker(run))?);
                    }
                    if claimed.len() == before || claimed.len() >= want as usize {
                        return Ok(claimed);
                    }
                }
            })
            .await
    }

    /// Sets the priority of queued runs; tells how many were changed.
    pub async fn set_priority(
        &self,
        at: Timestamp,
        by: Caller,
        runs: Vec<RunId>,
        priority: Priority,
    ) -> Result<u32> {
        self.store
            .write(at, by, move |tx| tx.set_priority(&runs, priority))
            .await
    }

    /// Sets a limit, or takes it away when neither part of it is given.
    pub async fn set_limit(
        &self,
        at: Timestamp,
        by: Caller,
        key: LimitKey,
        capacity: Option<u32>,
        rate: Option<Rate>,
    ) -> Result<()> {
        self.store
            .write(at, by, move |tx| tx.set_limit(&key, capacity, rate))
            .await
    }

    /// Why a queued run waits, by the predicates of [`Self::claim`].
    pub async fn why(&self, run: RunId, now: Timestamp) -> Result<Vec<WaitReason>> {
        self.store.read(move |db| db.why(run, now)).await
    }

    /// Puts right what an unclean end may have left: fan-outs that were not complete, places of ended runs, and the
    /// heads of lines.
    pub async fn recover(&self, at: Timestamp) -> Result<()> {
        self.store
            .write(at, Caller::Drover, |tx| {
                tx.remove_unsealed_batches()?;
                tx.release_orphans()?;
                tx.rebuild_lanes()
            })
            .await
    }

    /// Moves a run. An actor whose attempt is over is told `Stale` and has written nothing.
    pub async fn advance(
        &self,
        by: Caller,
        run: RunId,
        attempt: u32,
        step: Move,
        detail: MoveDetail,
    ) -> Result<Applied> {
        self.store
            .write(detail.at, by, move |tx| {
                tx.advance(run, attempt, step, detail)
            })
            .await
    }

    /// When the next queued run becomes due.
    pub async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        self.store.read(move |db| db.next_due(now)).await
    }

    /// Wakes whenever a commit may have made a run claimable.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes {
            events: self.store.events(),
        }
    }
}

/// Commits that matter to the claim loop. Wake-ups may merge; the last is never lost.
pub struct Changes {
    events: broadcast::Receiver<std::sync::Arc<[drover_model::Event]>>,
}

impl Changes {
    /// Returns at the next such commit; `false` when the store is closed.
    pub async fn next(&mut self) -> bool {
        loop {
            match self.events.recv().await {
                Ok(events) if events.iter().any(|event| matters(&event.fact)) => return true,
                Ok(_) => {}
                // Some commits were missed, and one of them may have mattered.
                Err(broadcast::error::RecvError::Lagged(_)) => return true,
                Err(broadcast::error::RecvError::Closed) => return false,
            }
        }
    }
}

const fn matters(fact: &Fact) -> bool {
    match fact {
        Fact::RunQueued { .. }
        | Fact::QueuePaused { .. }
        | Fact::QueueChanged
        | Fact::PoolChanged { .. }
        | Fact::SettingsChanged => true,
        Fact::RunMoved { to, .. } => !to.holds(),
        _ => false,
    }
}
