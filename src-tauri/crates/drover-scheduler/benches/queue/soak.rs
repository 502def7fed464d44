//! W9: an hour of work and ten minutes of none, with what grows meanwhile.

use std::fs;
use std::future::ready;
use std::time::{Duration, Instant};

use drover_model::Caller;
use drover_scheduler::{Clock as _, SystemClock};

use crate::Done;
use crate::check::delivered;
use crate::desk::{Class, Desk, Setup, id};
use crate::poisson::arrivals;
use crate::processor::{memory_mib, processor_ms, wake_ups};
use crate::series::Series;
use crate::workers::Workers;

const AT_ONCE: usize = 64;
const LINES: usize = 100;

/// Runs at that rate for so many seconds, then nothing for so many.
pub(crate) async fn soak(
    setup: &Setup,
    per_second: u64,
    seconds: u64,
    idle: u64,
) -> Done<Vec<Series>> {
    let desk = Desk::open(setup, Class::Power)?;
    let kinds = desk.kinds(LINES, false).await?;
    let rate = f64::from(u32::try_from(per_second)?);
    let arrivals = arrivals(rate, seconds);
    let log = desk.folder().join("drover.db-wal");
    let mut workers = Workers::start(&desk, AT_ONCE, |_| ready(()));
    let begun = Instant::now();
    let (mut greatest_log, mut memory) = (0, Vec::new());
    let tenth = (arrivals.len() / 10).max(1);
    for (number, after) in arrivals.iter().enumerate() {
        tokio::time::sleep_until((begun + *after).into()).await;
        let run = kinds.run(number, None);
        let now = SystemClock.now();
        desk.queue.enqueue(now, Caller::Cli, vec![run]).await?;
        greatest_log = greatest_log.max(fs::metadata(&log).map_or(0, |file| file.len()));
        if number % tenth == tenth - 1 {
            memory.push(memory_mib()?);
        }
    }
    workers.ends(arrivals.len()).await?;
    tokio::time::sleep(Duration::from_secs(1)).await; // the last fold of the log is no idleness
    let (used, woken, calm) = (
        processor_ms()?,
        wake_ups()?,
        Duration::from_secs(idle.max(1)),
    );
    tokio::time::sleep(calm).await;
    let idle = (processor_ms()? - used) / calm.as_secs_f64() / 10.0;
    let woken = (wake_ups()? - woken) / calm.as_secs_f64();
    let started = workers.end().await?;
    delivered(&desk, arrivals.len(), &started).await?;
    desk.close().await?;
    let late = |numbers: std::ops::Range<usize>| {
        let mut late: Vec<Duration> = numbers
            .map(|number| {
                let due = begun + arrivals[number];
                started[&id(number)].1.saturating_duration_since(due)
            })
            .collect();
        late.sort();
        late.get(late.len() * 99 / 100)
            .map_or(0.0, |late| late.as_secs_f64() * 1e3)
    };
    let drift = late(arrivals.len() - tenth..arrivals.len()) - late(0..tenth);
    // The first tenth fills caches, which is no growth.
    let grown = memory.last().unwrap_or(&0.0) - memory.first().unwrap_or(&0.0);
    Ok(vec![
        Series::new(", log at most", "MiB", vec![mib(greatest_log)]),
        Series::new(", memory grown", "MiB", vec![grown]),
        Series::new(
            ", p99 of the last tenth beside the first",
            "ms",
            vec![drift],
        ),
        Series::new(", processor while idle", "% of a core", vec![idle]),
        Series::new(", wake-ups while idle", "a second", vec![woken]),
    ])
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no log is so long that a float gets coarse"
)]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}
