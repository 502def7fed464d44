//! W4: runs with a time of their own start at it, while many more wait for a far one.

use std::future::ready;
use std::time::{Duration, Instant};

use drover_model::RunState;
use drover_scheduler::{Clock as _, SystemClock};
use jiff::SignedDuration;

use crate::Done;
use crate::check::states;
use crate::desk::{Class, Desk, Setup, id};
use crate::processor::processor_ms;
use crate::series::{Series, count};
use crate::workers::Workers;

const AT_ONCE: usize = 64;
const LINES: usize = 1_000;
/// For which the others wait.
const FAR: SignedDuration = SignedDuration::from_hours(24 * 365);
/// The time in which nothing is due, and in which waiting is measured.
const CALM: SignedDuration = SignedDuration::from_secs(8);

/// So many runs are due within so many seconds, evenly, in a file with so many for later.
pub(crate) async fn due(
    setup: &Setup,
    times: usize,
    later: usize,
    seconds: u64,
) -> Done<Vec<Series>> {
    let desk = Desk::open(setup, Class::Power)?;
    let kinds = desk.kinds(LINES, false).await?;
    let far = SystemClock.now() + FAR;
    let others = (times..times + later).map(|number| kinds.run(number, Some(far)));
    desk.preload(others).await?;

    // Filling takes a while, so the first of them lies ahead by far.
    let fill = SignedDuration::from_millis(i64::try_from(times)? / 4);
    let begin = SystemClock.now() + fill + CALM + SignedDuration::from_secs(1);
    let moment = |number: usize| {
        let part = count(number) / count(times);
        let after = Duration::from_secs_f64(part * Duration::from_secs(seconds).as_secs_f64());
        begin + SignedDuration::try_from(after).unwrap_or(SignedDuration::ZERO)
    };
    desk.preload((0..times).map(|number| kinds.run(number, Some(moment(number)))))
        .await?;
    let mut workers = Workers::start(&desk, AT_ONCE, |_| ready(()));
    let now = (SystemClock.now(), Instant::now());
    let calm = begin.duration_since(now.0) - SignedDuration::from_secs(1);
    let calm = Duration::try_from(calm).map_err(|_| "filling took longer than was planned")?;
    let used = processor_ms()?;
    tokio::time::sleep(calm).await;
    let idle = (processor_ms()? - used) / calm.as_secs_f64() / 10.0;
    let ahead = Duration::from_secs(seconds);
    tokio::time::sleep(ahead).await;
    workers.ends(times).await?;
    let started = workers.end().await?;
    let states = states(&desk).await?;
    let done = |number: usize| states.get(&id(number)) == Some(&RunState::Succeeded);
    let once = started.values().all(|(starts, _)| *starts == 1);
    if started.len() != times || !once || !(0..times).all(done) || states.len() != times + later {
        return Err(format!("{} of {times} runs started", started.len()).into());
    }
    desk.close().await?;
    let late: Vec<Duration> = (0..times)
        .map(|number| {
            let nominal = Duration::try_from(moment(number).duration_since(now.0));
            started[&id(number)]
                .1
                .saturating_duration_since(now.1 + nominal.unwrap_or_default())
        })
        .collect();
    Ok(vec![
        Series::times(", late by", &late),
        Series::new(", processor while waiting", "% of a core", vec![idle]),
    ])
}
