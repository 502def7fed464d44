//! The claim loop that Drover uses, with attempts that commit what those of Drover commit.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use drover_model::{Caller, Ended, Move, RunId};
use drover_scheduler::{
    Capacity, Clock as _, LocalQueue, SystemClock, claim_loop,
    queue::{Clocked, OwnerId, Taken},
};
use drover_store::{Applied, Claimed, MoveDetail};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Done;
use crate::desk::Desk;

/// Without an end for so long, none comes any more.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the attempts saw and did.
#[derive(Default)]
struct Seen {
    /// How often each run was handed to an attempt, and when first.
    started: Mutex<HashMap<RunId, (u32, Instant)>>,
    /// What went wrong first.
    trouble: Mutex<Option<String>>,
}

/// Workers that go on until they are told to end.
pub(crate) struct Workers {
    seen: Arc<Seen>,
    ended: watch::Receiver<usize>,
    capacity: watch::Sender<Capacity>,
    looping: JoinHandle<()>,
}

impl Workers {
    /// Starts so many. `job` is the code of a run: it is called when `running` is on disk.
    pub(crate) fn start<F>(
        desk: &Desk,
        at_once: usize,
        job: impl Fn(&Claimed) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let seen = Arc::new(Seen::default());
        let (count, ended) = watch::channel(0);
        let (capacity, watched) = watch::channel(Capacity {
            workers: at_once,
            draining: false,
        });
        let (count, job) = (Arc::new(count), Arc::new(job));
        let (queue, noted) = (desk.queue.clone(), seen.clone());
        let attempt = move |taken: Taken| {
            let claimed = Claimed::from(taken);
            let (queue, seen, count, job) =
                (queue.clone(), noted.clone(), count.clone(), job.clone());
            async move {
                match one(&queue, &seen, &claimed, &*job).await {
                    Ok(()) => count.send_modify(|count| *count += 1),
                    Err(trouble) => {
                        lock(&seen.trouble).get_or_insert(trouble.to_string());
                    }
                }
            }
        };
        let looping = tokio::spawn(claim_loop(
            Clocked::new(desk.queue.clone(), Arc::new(SystemClock)),
            OwnerId::new("bench"),
            Arc::new(SystemClock),
            watched,
            attempt,
        ));
        Self {
            seen,
            ended,
            capacity,
            looping,
        }
    }

    /// Waits until so many ends are on disk.
    pub(crate) async fn ends(&mut self, count: usize) -> Done<()> {
        loop {
            if *self.ended.borrow_and_update() >= count {
                return Ok(());
            }
            if let Some(trouble) = &*lock(&self.seen.trouble) {
                return Err(trouble.clone().into());
            }
            let next = tokio::time::timeout(PATIENCE, self.ended.changed()).await;
            next.map_err(|_| format!("no end within a minute, after {}", *self.ended.borrow()))??;
        }
    }

    /// Lets what goes on end, and gives how often each run started, and when first.
    pub(crate) async fn end(self) -> Done<HashMap<RunId, (u32, Instant)>> {
        self.capacity
            .send_modify(|capacity| capacity.draining = true);
        self.looping.await?;
        if let Some(trouble) = lock(&self.seen.trouble).take() {
            return Err(trouble.into());
        }
        let started = std::mem::take(&mut *lock(&self.seen.started));
        Ok(started)
    }
}

/// An attempt: `running` is committed before the run's code, its end after it. The claim was the first commit.
async fn one<F: Future<Output = ()>>(
    queue: &LocalQueue,
    seen: &Seen,
    claimed: &Claimed,
    job: &impl Fn(&Claimed) -> F,
) -> Done<()> {
    let run = claimed.run.id;
    advance(queue, claimed, Move::Run).await?;
    lock(&seen.started)
        .entry(run)
        .or_insert((0, Instant::now()))
        .0 += 1;
    job(claimed).await;
    let ended = Ended::Succeeded;
    advance(queue, claimed, Move::End { ended }).await
}

async fn advance(queue: &LocalQueue, claimed: &Claimed, step: Move) -> Done<()> {
    let detail = MoveDetail::at(SystemClock.now());
    let (run, attempt) = (claimed.run.id, claimed.attempt);
    match queue
        .advance(Caller::Drover, run, attempt, step, detail)
        .await?
    {
        Applied::Done(_) => Ok(()),
        Applied::Stale => Err(format!("run {run} is somebody else's").into()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
