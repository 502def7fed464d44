//! W2: runs that wait are claimed, started and ended, with all three commits of a real run.

use std::future::ready;
use std::time::Instant;

use crate::Done;
use crate::check::delivered;
use crate::desk::{Class, Desk, Setup};
use crate::series::{Series, count};
use crate::workers::Workers;

/// Waiting lines that the runs are spread over.
const LINES: usize = 100;

/// Drains so many runs that do nothing, from the first claim to the last end on disk.
pub(crate) async fn drain(
    setup: &Setup,
    class: Class,
    times: usize,
    at_once: usize,
) -> Done<Vec<Series>> {
    let rate = rate(setup, class, times, at_once).await?;
    Ok(vec![Series::new("", "jobs/s", vec![rate])])
}

/// Runs that are drained in a second.
pub(crate) async fn rate(setup: &Setup, class: Class, times: usize, at_once: usize) -> Done<f64> {
    let desk = Desk::open(setup, class)?;
    let kinds = desk.kinds(LINES.min(times), false).await?;
    desk.preload(kinds.runs(0..times)).await?;
    let begun = Instant::now();
    let mut workers = Workers::start(&desk, at_once, |_| ready(()));
    workers.ends(times).await?;
    let rate = count(times) / begun.elapsed().as_secs_f64();
    let started = workers.end().await?;
    delivered(&desk, times, &started).await?;
    desk.close().await?;
    Ok(rate)
}
