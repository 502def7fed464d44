//! Seeded runs in every state, with their logs.

use std::collections::BTreeMap;

use drover_model::run::{Artifact, Attempt, ExitStatus, RunMove, StepRow};
use drover_model::{LogLine, NetworkUse, Run, RunState, Stream};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::script;
use super::world::World;

/// Task, profile, state, seconds since it was queued, waited, ran (both in ms), reason and words.
pub(super) type Seed = (
    &'static str,
    Option<&'static str>,
    RunState,
    i64,
    u64,
    u64,
    Option<(&'static str, &'static str)>,
);

/// How long seeded task code runs until it asks for a person.
const PARKED_AFTER_MS: u64 = 12_000;

const RUNS: [Seed; 10] = [
    (
        "Price check",
        Some("shop-eu-015"),
        RunState::Queued,
        12,
        0,
        0,
        None,
    ),
    (
        "Price check",
        Some("shop-eu-014"),
        RunState::Running,
        44,
        3_200,
        0,
        None,
    ),
    (
        "Log in and read orders",
        Some("anna"),
        RunState::Succeeded,
        95,
        1_100,
        6_840,
        None,
    ),
    (
        "Price check",
        Some("shop-eu-014"),
        RunState::Failed,
        1_900,
        4_000,
        72_300,
        Some(("script_error", "the page never showed `.hit` within 30 s")),
    ),
    (
        "Post release notes",
        None,
        RunState::Succeeded,
        5_400,
        300,
        2_240,
        None,
    ),
    (
        "Nightly report",
        Some("us-reports"),
        RunState::TimedOut,
        30_100,
        900,
        900_000,
        Some(("run_limit", "the run limit of 15 min passed")),
    ),
    (
        "Price check",
        Some("shop-eu-015"),
        RunState::Cancelled,
        40_200,
        2_000,
        11_000,
        Some(("cancelled", "stopped by you")),
    ),
    (
        "Log in and read orders",
        Some("anna"),
        RunState::Lost,
        88_000,
        1_500,
        0,
        Some((
            "lost",
            "Drover stopped while this ran; its outcome is unknown",
        )),
    ),
    (
        "Price check",
        Some("shop-eu-014"),
        RunState::Succeeded,
        90_100,
        5_200,
        64_100,
        None,
    ),
    (
        "Nightly report",
        Some("us-reports"),
        RunState::Succeeded,
        420_000,
        700,
        412_000,
        None,
    ),
];

pub(super) fn runs(world: &mut World) {
    for seed in RUNS.iter().rev() {
        add(world, seed);
    }
}

pub(super) fn many(world: &mut World) {
    let states = [
        RunState::Succeeded,
        RunState::Succeeded,
        RunState::Succeeded,
        RunState::Failed,
        RunState::Succeeded,
        RunState::Skipped,
    ];
    let tasks = ["Price check", "Log in and read orders", "Nightly report"];
    let mut older = Vec::new();
    for number in 0_u32..2_000 {
        let at = usize::try_from(number).unwrap_or(0);
        let seed = (
            tasks[at % 3],
            Some("anna"),
            states[at % 6],
            430_000 + i64::from(number) * 311,
            900,
            4_000 + u64::from(number % 70) * 900,
            None,
        );
        add(world, &seed);
        older.push(world.runs.remove(0));
    }
    world.runs.extend(older);
}

pub(super) fn add(world: &mut World, (task, profile, state, ago, waited_ms, ran_ms, why): &Seed) {
    let task = world
        .task(task)
        .expect("BUG: seeded runs name seeded tasks")
        .clone();
    let profile = profile.map(|name| {
        world
            .profile(name)
            .expect("BUG: seeded runs name seeded profiles")
            .clone()
    });
    let plan = world
        .plan(&task.spec, task.version, profile.as_ref(), &BTreeMap::new())
        .expect("BUG: seeded tasks can be planned");
    let queued_at = world.ago(*ago);
    let later = |ms: u64| queued_at + SignedDuration::from_millis(i64::try_from(ms).unwrap_or(0));
    let id = world.queue(&task, profile.as_ref(), plan, None).id;
    let started = !matches!(
        state,
        RunState::Queued | RunState::Skipped | RunState::Expired
    );
    let ended = state.is_terminal();
    let lines = if started {
        script::story(&task, *state)
    } else {
        Vec::new()
    };
    let steps = if started {
        script::steps(&task, *state)
    } else {
        Vec::new()
    };
    let run = world.run_mut(id).expect("BUG: the run was just queued");
    run.row.state = *state;
    run.row.queued_at = queued_at;
    run.row.started_at = started.then(|| later(*waited_ms));
    run.row.finished_at = ended.then(|| later(waited_ms + ran_ms));
    run.row.waited_ms = (started || ended).then_some(*waited_ms);
    run.row.ran_ms = (started && ended && *state != RunState::Lost).then_some(*ran_ms);
    run.row.reason = why.map(|(code, _)| code.to_owned());
    run.row.message = why.map(|(_, words)| words.to_owned());
    let park = i64::try_from(run.plan.limits.park.as_milliseconds()).unwrap_or(i64::MAX);
    run.row.park_ends_at = (*state == RunState::Parked).then(|| {
        let parked_at = later(waited_ms + PARKED_AFTER_MS);
        parked_at + SignedDuration::from_millis(park)
    });
    if *state == RunState::Parked {
        run.moves = vec![
            RunMove {
                at: later(*waited_ms),
                attempt: 1,
                to: RunState::Running,
            },
            RunMove {
                at: later(waited_ms + PARKED_AFTER_MS),
                attempt: 1,
                to: RunState::Parked,
            },
        ];
    }
    run.waits_because =
        (*state == RunState::Queued).then(|| "Proxy `eu-3` is at its limit, 1 of 1".to_owned());
    finish(run, *state, steps);
    world.logs.insert(id, numbered(lines));
}

fn network(at: Timestamp) -> Option<NetworkUse> {
    let text = r#"{"exit":"203.0.113.7","connections":14,"bytes_up":48211,"bytes_down":1804223,"blocked":3,"switches":0,
        "failures":{},"last_error":null,"exit_at":null,"other_hosts":0,"hosts":[
        {"host":"shop.example","connections":9,"direct":0,"bytes_up":39120,"bytes_down":1602331,"failures":0},
        {"host":"fonts.example","connections":4,"direct":0,"bytes_up":6080,"bytes_down":201480,"failures":0},
        {"host":"intranet.example","connections":1,"direct":1,"bytes_up":3011,"bytes_down":412,"failures":0}]}"#;
    let found: Option<NetworkUse> = serde_json::from_str(text).ok();
    found.map(|found| NetworkUse {
        exit_at: Some(at),
        ..found
    })
}

fn finish(run: &mut Run, state: RunState, steps: Vec<StepRow>) {
    let (started, finished) = (run.row.started_at, run.row.finished_at);
    if let Some(running_at) = started {
        run.attempts.push(Attempt {
            attempt: 1,
            claimed_at: run.row.queued_at,
            running_at: Some(running_at),
            ended_at: finished,
            outcome: state.is_terminal().then(|| state.key().to_owned()),
            message: run.row.message.clone(),
            exit: None,
            rung: state.is_terminal().then(|| "closed".to_owned()),
            network: run.plan.proxy_id.and_then(|_| network(running_at)),
            steps,
        });
    }
    match state {
        RunState::Succeeded => {
            run.exit = Some(ExitStatus {
                code: Some(0),
                signal: None,
            });
            run.outputs = BTreeMap::from([
                ("price".to_owned(), json!("12.50")),
                ("orders".to_owned(), json!(3)),
            ]);
        }
        RunState::Failed => {
            run.exit = Some(ExitStatus {
                code: Some(1),
                signal: None,
            });
        }
        _ => {}
    }
    if matches!(state, RunState::Succeeded | RunState::Failed) && run.row.profile.is_some() {
        run.artifacts = vec![
            Artifact {
                kind: "screenshot".into(),
                path: format!("runs/{}/01-home.png", run.row.id),
                bytes: 48_211,
            },
            Artifact {
                kind: "file".into(),
                path: format!("runs/{}/orders.csv", run.row.id),
                bytes: 1_804,
            },
        ];
    }
}

fn numbered(lines: Vec<(u64, Stream, String)>) -> Vec<LogLine> {
    let numbers = 1..;
    let line = |(seq, (t_ms, stream, text)): (u64, (u64, Stream, String))| LogLine {
        seq,
        attempt: 1,
        t_ms,
        stream,
        text,
    };
    numbers.zip(lines).map(line).collect()
}

#[cfg(test)]
mod tests {
    use drover_model::Settings;

    use crate::bridge::demo::scene::Scene;
    use crate::bridge::demo::seed;

    #[test]
    fn the_run_that_is_photographed_has_a_fixed_address() {
        let world = |at: &str| seed::world(Scene::Small, Settings::default(), at.parse().unwrap());
        let newest = |at: &str| {
            let world = world(at);
            let row = world
                .rows()
                .find(|row| row.state == drover_model::RunState::Succeeded)
                .cloned()
                .unwrap();
            (
                row.id.to_string(),
                world.profile("anna").unwrap().id.to_string(),
            )
        };
        assert_eq!(
            newest("2026-05-04T12:02:41Z"),
            newest("2026-11-23T09:00:00Z"),
            "ids do not depend on the day"
        );
    }
}
