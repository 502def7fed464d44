//! Seeded limits, and a queue in which every kind of reason is seen.

use drover_model::{Caller, Capacity, Pause, Priority, Rate, RunState};
use jiff::SignedDuration;

use super::line::LimitRow;
use super::seed_runs::{Seed, add};
use super::world::World;

/// What the runs of every scene wait for.
pub(super) fn limits(world: &mut World) {
    world.limits.push(limit("proxy:eu-3", Some(1), None));
}

/// Oldest first: two that run, and what waits behind them.
const BUSY: [Seed; 7] = [
    (
        "Log in and read orders",
        Some("anna"),
        RunState::Running,
        71,
        900,
        0,
        None,
    ),
    (
        "Post release notes",
        None,
        RunState::Parked,
        64,
        400,
        0,
        None,
    ),
    (
        "Log in and read orders",
        Some("anna"),
        RunState::Queued,
        58,
        0,
        0,
        None,
    ),
    (
        "Price check",
        Some("shop-eu-014"),
        RunState::Queued,
        40,
        0,
        0,
        None,
    ),
    (
        "Nightly report",
        Some("us-reports"),
        RunState::Queued,
        31,
        0,
        0,
        None,
    ),
    (
        "Nightly report",
        Some("us-reports"),
        RunState::Queued,
        30,
        0,
        0,
        None,
    ),
    ("Post release notes", None, RunState::Queued, 22, 0, 0, None),
];

pub(super) fn busy(world: &mut World) {
    for seed in &BUSY {
        add(world, seed);
    }
    pauses(world);
    if let Some(lost) = world
        .runs
        .iter_mut()
        .find(|run| run.row.state == RunState::Lost)
    {
        lost.row.asks = true;
    }
    // Three are live, and no more may be.
    world.settings.workers = 3;
    world.limits.extend([
        limit("token:shop-api", Some(2), Some("1/1m")),
        limit("tag:office", None, Some("10/1h")),
    ]);
    // The newest run waits for its second attempt, and one of the report's has its turn before the others.
    if let Some(newest) = world.runs.first_mut() {
        newest.row.attempt = 2;
    }
    let report = world.runs.get(2).map(|run| run.row.id);
    if let (Some(report), Ok(priority)) = (report, Priority::try_from(8)) {
        world.priorities.insert(report, priority);
    }
}

fn pauses(world: &mut World) {
    let soon = world.now + SignedDuration::from_mins(22);
    let pause = |what: &str, minutes: i64, until, by, note: &str| Pause {
        what: what.parse().expect("BUG: seeded keys are keys"),
        since: world.ago(minutes * 60),
        until,
        by,
        note: note.to_owned(),
    };
    world.pauses = vec![
        pause(
            "proxy:eu-1",
            8,
            Some(soon),
            Caller::Cli,
            "the provider is down",
        ),
        pause("task:Nightly report", 190, None, Caller::Window, ""),
    ];
}

fn limit(key: &str, capacity: Option<u32>, rate: Option<&str>) -> LimitRow {
    LimitRow {
        key: key.parse().expect("BUG: seeded keys are keys"),
        capacity: capacity.and_then(|places| Capacity::try_from(places).ok()),
        rate: rate.map(|rate| Rate::parse(rate).expect("BUG: seeded rates are rates")),
    }
}
