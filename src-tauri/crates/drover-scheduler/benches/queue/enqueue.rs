//! W1: runs are accepted, one at a time, by many callers at once, or in bulk.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use drover_model::{Caller, RunState};
use drover_scheduler::{Clock as _, LocalQueue, SystemClock};
use drover_store::NewRun;

use crate::Done;
use crate::check::states;
use crate::desk::{Class, Desk, Kinds, Setup, id};
use crate::series::{Series, count};

/// Waiting lines that the runs are spread over.
const LINES: usize = 1_000;

/// Accepts so many runs of 200 bytes and gives the rate and the time of each answer.
pub(crate) async fn enqueue(
    setup: &Setup,
    class: Class,
    times: usize,
    callers: usize,
    bulk: usize,
) -> Done<Vec<Series>> {
    let desk = Desk::open(setup, class)?;
    let kinds = desk.kinds(LINES.min(times), false).await?;
    let orders = orders(&kinds, times, bulk);
    let (taken, orders) = (Arc::new(AtomicUsize::new(0)), Arc::new(orders));
    let started = Instant::now();
    let all: Vec<_> = (0..callers)
        .map(|_| tokio::spawn(call(desk.queue.clone(), orders.clone(), taken.clone())))
        .collect();
    let mut answers = Vec::new();
    for one in all {
        answers.extend(one.await??);
    }
    let rate = count(times) / started.elapsed().as_secs_f64();
    let states = states(&desk).await?;
    let missing = (0..times).find(|number| states.get(&id(*number)) != Some(&RunState::Queued));
    if states.len() != times || missing.is_some() {
        return Err(format!("{} rows for {times} runs", states.len()).into());
    }
    desk.close().await?;
    Ok(vec![
        Series::new("", "jobs/s", vec![rate]),
        Series::times(", until an answer", &answers),
    ])
}

/// Made before the clock starts, as a caller's own work is not the queue's.
fn orders(kinds: &Kinds, times: usize, bulk: usize) -> Vec<std::sync::Mutex<Vec<NewRun>>> {
    let starts = (0..times).step_by(bulk);
    let orders = starts.map(|first| kinds.runs(first..times.min(first + bulk)).collect());
    orders.map(std::sync::Mutex::new).collect()
}

async fn call(
    queue: LocalQueue,
    orders: Arc<Vec<std::sync::Mutex<Vec<NewRun>>>>,
    taken: Arc<AtomicUsize>,
) -> Done<Vec<Duration>> {
    let mut answers = Vec::new();
    while let Some(order) = orders.get(taken.fetch_add(1, Ordering::Relaxed)) {
        let runs = std::mem::take(&mut *order.lock().map_err(|_| "a caller panicked")?);
        let asked = Instant::now();
        queue.enqueue(SystemClock.now(), Caller::Cli, runs).await?;
        answers.push(asked.elapsed());
    }
    Ok(answers)
}
