//! W5: a long line of one task stands before a short one of another.

use std::time::Duration;

use crate::Done;
use crate::check::delivered;
use crate::desk::{Class, Desk, Setup, id};
use crate::series::{Series, count};
use crate::workers::Workers;

const AT_ONCE: usize = 64;
/// What a run takes.
const JOB: Duration = Duration::from_millis(5);

/// How many runs of the long line start before the first and the last of the short one, which came after all of it.
pub(crate) async fn line(setup: &Setup, ahead: usize, behind: usize) -> Done<Vec<Series>> {
    let desk = Desk::open(setup, Class::Power)?;
    let kinds = desk.kinds(2, false).await?;
    // Even numbers are of the first task, odd ones of the second.
    let total = ahead + behind;
    let long = (0..ahead).map(|at| (at, 0));
    let short = (ahead..total).map(|at| (at, 1));
    let runs = long.chain(short).map(|(number, kind)| {
        let mut run = kinds.run(kind, None);
        run.id = id(number);
        run
    });
    desk.preload(runs).await?;
    let mut workers = Workers::start(&desk, AT_ONCE, |_| tokio::time::sleep(JOB));
    workers.ends(total).await?;
    let started = workers.end().await?;
    delivered(&desk, total, &started).await?;
    desk.close().await?;
    let first_of = |number: usize| started[&id(number)].1;
    let mut short: Vec<_> = (ahead..total).map(first_of).collect();
    short.sort();
    let before = |moment| (0..ahead).filter(|at| first_of(*at) < moment).count();
    let (Some(first), Some(last)) = (short.first(), short.last()) else {
        return Err("nobody stood behind the line".into());
    };
    Ok(vec![
        Series::new(
            ", starts of it before the first behind it",
            "runs",
            vec![count(before(*first))],
        ),
        Series::new(
            ", starts of it before the last behind it",
            "runs",
            vec![count(before(*last))],
        ),
    ])
}
