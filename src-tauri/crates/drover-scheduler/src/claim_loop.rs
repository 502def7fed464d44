//! Fills free workers with claimed runs, woken by commits and by time, never by polling.

use std::{future::Future, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
    time,
};

use drover_model::RunId;
use drover_store::Claimed;

use crate::{Clock, LocalQueue, local_queue::Changes};

/// The longest sleep. tokio's clock may stand still while the computer sleeps, so the wall
/// clock is looked at again at least this often.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// What the loop may do at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// How many runs may go on at once.
    pub workers: usize,
    /// Nothing new starts: Drover is quitting.
    pub draining: bool,
}

/// Claims runs and hands each to `attempt`, at most `workers` at once. Ends when
/// `capacity` says draining and every attempt has ended, or when the store is closed.
pub async fn claim_loop<F>(
    queue: LocalQueue,
    clock: Arc<dyn Clock>,
    mut capacity: watch::Receiver<Capacity>,
    marker: impl Fn(RunId) -> String + Clone + Send + 'static,
    attempt: impl Fn(Claimed) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let mut changes = queue.changes();
    let mut attempts = JoinSet::new();
    loop {
        // All that have ended, so that the next claim fills all their places in one commit.
        while let Some(ended) = attempts.try_join_next() {
            note_panic(ended);
        }
        let now = *capacity.borrow_and_update();
        let sleep = if now.draining {
            if attempts.is_empty() {
                return;
            }
            LONGEST_SLEEP
        } else {
            fill(
                &queue,
                &*clock,
                now.workers,
                &marker,
                &attempt,
                &mut attempts,
            )
            .await
        };
        if !wait(&mut changes, &mut capacity, &mut attempts, sleep).await {
            return;
        }
    }
}

/// Claims until no worker is free or nothing is claimable; answers how long to sleep at most.
async fn fill<F>(
    queue: &LocalQueue,
    clock: &dyn Clock,
    workers: usize,
    marker: &(impl Fn(RunId) -> String + Clone + Send + 'static),
    attempt: &impl Fn(Claimed) -> F,
    attempts: &mut JoinSet<()>,
) -> Duration
where
    F: Future<Output = ()> + Send + 'static,
{
    let free = workers.saturating_sub(attempts.len());
    if free == 0
        && let Err(error) = queue.tick(clock.now()).await
    {
        tracing::warn!(%error, "failed to look what time has brought");
    }
    if free > 0 {
        match queue.claim(clock.now(), free, marker.clone()).await {
            Ok(claimed) => {
                for run in claimed {
                    attempts.spawn(attempt(run));
                }
            }
            Err(error) => {
                // The store says so in its health; it recovers by itself, and so does the loop.
                tracing::warn!(%error, "failed to claim runs");
                return Duration::from_secs(1);
            }
        }
    }
    let now = clock.now();
    match queue.next_due(now).await {
        Ok(Some(due)) if due > now => Duration::try_from(due - now)
            .unwrap_or(LONGEST_SLEEP)
            .min(LONGEST_SLEEP),
        _ => LONGEST_SLEEP,
    }
}

/// Sleeps until something may have changed; `false` when the store is closed.
async fn wait(
    changes: &mut Changes,
    capacity: &mut watch::Receiver<Capacity>,
    attempts: &mut JoinSet<()>,
    sleep: Duration,
) -> bool {
    tokio::select! {
        open = changes.next() => open,
        changed = capacity.changed() => changed.is_ok(),
        Some(ended) = attempts.join_next() => {
            note_panic(ended);
            true
        }
        () = time::sleep(sleep) => true,
    }
}

fn note_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "an attempt ended by a panic");
    }
}
