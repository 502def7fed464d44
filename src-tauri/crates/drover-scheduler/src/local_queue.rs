//! The queue over the local `SQLite` file.

use jiff::Timestamp;
use tokio::sync::broadcast;

use drover_model::{Caller, Fact, Move, RunId, RunRow};
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

    /// Takes the next run whose profile is free, if there is one. `marker` names the
    /// processes of the attempt.
    pub async fn claim(
        &self,
        at: Timestamp,
        marker: impl Fn(RunId) -> String + Send + 'static,
    ) -> Result<Option<Claimed>> {
        // The candidates are read first, on a connection that blocks nobody.
        let candidates = self.store.read(move |db| db.claimable(at, 16)).await?;
        if candidates.is_empty() {
            return Ok(None);
        }
        self.store
            .write(at, Caller::Drover, move |tx| {
                for run in candidates {
                    if let Some(claimed) = tx.claim(run, at, &marker(run))? {
                        return Ok(Some(claimed));
                    }
                }
                Ok(None)
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
        Fact::RunQueued { .. } | Fact::QueuePaused { .. } | Fact::SettingsChanged => true,
        Fact::RunMoved { to, .. } => !to.holds(),
        _ => false,
    }
}
