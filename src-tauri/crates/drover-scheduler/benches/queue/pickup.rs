//! W3: how long a run that arrives waits for its first line, by arrivals that do not wait for anything.

use std::collections::HashMap;
use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use drover_model::{Caller, RunId};
use drover_scheduler::{Clock as _, SystemClock};

use crate::Done;
use crate::check::delivered;
use crate::desk::{Class, Desk, Setup, id};
use crate::drain::rate;
use crate::poisson::arrivals;
use crate::series::Series;
use crate::workers::Workers;

const AT_ONCE: usize = 64;
const LINES: usize = 100;
/// Of what can be drained, where no rate is given.
const SHARE: f64 = 0.7;
/// Runs that tell how much can be drained.
const TRIED: usize = 4_000;

/// Runs arrive at that rate for so long.
pub(crate) async fn pickup(
    setup: &Setup,
    class: Class,
    per_second: Option<f64>,
    seconds: u64,
) -> Done<Vec<Series>> {
    let per_second = match per_second {
        Some(given) => given,
        None => SHARE * rate(setup, class, TRIED, AT_ONCE).await?,
    };
    let desk = Desk::open(setup, class)?;
    let kinds = desk.kinds(LINES, false).await?;
    let arrivals = arrivals(per_second, seconds);
    let committed: Arc<Mutex<HashMap<RunId, Instant>>> = Arc::default();
    let mut workers = Workers::start(&desk, AT_ONCE, |_| ready(()));
    let begun = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    for (number, after) in arrivals.iter().enumerate() {
        tokio::time::sleep_until((begun + *after).into()).await;
        let run = kinds.run(number, None);
        let (queue, committed) = (desk.queue.clone(), committed.clone());
        callers.spawn(async move {
            let id = run.id;
            let answer = queue
                .enqueue(SystemClock.now(), Caller::Cli, vec![run])
                .await;
            let now = Instant::now();
            if let Ok(mut committed) = committed.lock() {
                committed.insert(id, now);
            }
            answer.map(drop)
        });
    }
    while let Some(answer) = callers.join_next().await {
        answer??;
    }
    workers.ends(arrivals.len()).await?;
    let started = workers.end().await?;
    delivered(&desk, arrivals.len(), &started).await?;
    desk.close().await?;
    let committed = committed.lock().map_err(|_| "a caller panicked")?;
    let (mut from_arrival, mut from_commit) = (Vec::new(), Vec::new());
    for (number, after) in arrivals.iter().enumerate() {
        let first_line = started[&id(number)].1;
        from_arrival.push(first_line.saturating_duration_since(begun + *after));
        // Whoever asked may hear of the commit later than the one who claims.
        let commit = committed.get(&id(number)).copied().unwrap_or(first_line);
        from_commit.push(first_line.saturating_duration_since(commit));
    }
    Ok(vec![
        Series::new(", arrivals", "jobs/s", vec![per_second]),
        Series::times(", from its arrival to its first line", &from_arrival),
        Series::times(", from its commit to its first line", &from_commit),
    ])
}
