//! Fills free workers with claimed runs, woken by commits and by time, never by polling.

use std::{error::Error, future::Future, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
    time,
};

use crate::{
    Clock,
    queue::{ClaimWant, OwnerId, RunQueue, Taken},
};

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

/// Claims runs for `owner` and hands each to `attempt`, at most `workers` at once. Ends when
/// `capacity` says draining and every attempt has ended, or when the queue is closed. `clock` tells how long to sleep.
pub async fn claim_loop<Q, F>(
    queue: Q,
    owner: OwnerId,
    clock: Arc<dyn Clock>,
    mut capacity: watch::Receiver<Capacity>,
    attempt: impl Fn(Taken) -> F,
) where
    Q: RunQueue,
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
                &owner,
                &*clock,
                now.workers,
                &attempt,
                &mut attempts,
            )
            .await
        };
        if !wait::<Q>(&mut changes, &mut capacity, &mut attempts, sleep).await {
            return;
        }
    }
}

/// Claims until no worker is free or nothing is claimable; answers how long to sleep at most. Also while no worker is free
/// time passes in the queue.
async fn fill<Q, F>(
    queue: &Q,
    owner: &OwnerId,
    clock: &dyn Clock,
    workers: usize,
    attempt: &impl Fn(Taken) -> F,
    attempts: &mut JoinSet<()>,
) -> Duration
where
    Q: RunQueue,
    F: Future<Output = ()> + Send + 'static,
{
    let at_most = workers.saturating_sub(attempts.len());
    match queue.claim(owner, ClaimWant { at_most }).await {
        Ok(taken) => {
            for run in taken {
                attempts.spawn(attempt(run));
            }
        }
        Err(error) => {
            // The store says so in its health; it recovers by itself, and so does the loop.
            tracing::warn!(error = &error as &dyn Error, "failed to claim runs");
            return Duration::from_secs(1);
        }
    }
    let next = queue.next_wake().await;
    let now = clock.now();
    match next {
        Ok(Some(due)) if due > now => Duration::try_from(due - now)
            .unwrap_or(LONGEST_SLEEP)
            .min(LONGEST_SLEEP),
        _ => LONGEST_SLEEP,
    }
}

/// Sleeps until something may have changed; `false` when the queue is closed.
async fn wait<Q: RunQueue>(
    changes: &mut Q::Changes,
    capacity: &mut watch::Receiver<Capacity>,
    attempts: &mut JoinSet<()>,
    sleep: Duration,
) -> bool {
    tokio::select! {
        open = Q::changed(changes) => open,
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
