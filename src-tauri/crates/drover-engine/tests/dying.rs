//! Drover dies at every place at which it can be told to die, while a schedule, a fan-out and a chain go on: every time
//! is accounted for, no start is half, and every end is followed once.
#![cfg(all(target_os = "linux", debug_assertions))]
#![expect(
    clippy::unwrap_used,
    reason = "what a test's helpers cannot do is a failure of the test"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use drover_engine::{Claims, Engine, Faces, Paths, QuitWay};
use drover_model::{
    Caller, ProfileDraft, RunRow, RunState, ScheduleFile, ScheduleId, TaskFile,
    request::{
        GetSummary, ListBatches, ListRuns, ListSchedules, PauseSchedule, SaveProfile, SaveSchedule,
        SaveTask,
    },
};
use drover_store::failpoint::PLACES;

/// Longer than any life takes to come by its place on a slow machine.
const PATIENCE: Duration = Duration::from_mins(2);

fn paths(folder: &Path) -> Paths {
    let mut paths = Paths::from_environment(Some(folder.join("data"))).unwrap();
    // No session bus: no keychain is asked, wherever the test runs.
    for name in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY"] {
        paths.environment.remove(std::ffi::OsStr::new(name));
    }
    paths.test_clock = Some(slept_file(folder));
    paths
}

async fn engine(folder: &Path, claims: Claims) -> Engine {
    let faces = Faces {
        claims,
        ..Faces::default()
    };
    Engine::start(paths(folder), faces).await.unwrap()
}

/// Not a test by itself: one life, until it dies.
#[test]
#[ignore = "the child of the test below"]
fn dying_life() {
    let Some(Ok(folder)) = std::io::stdin().lines().next() else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let _engine = engine(&PathBuf::from(folder), Claims::AtOnce).await;
        std::future::pending::<()>().await;
    });
}

/// The file that says how long the computer of a folder has slept.
fn slept_file(folder: &Path) -> PathBuf {
    folder.join("slept")
}

/// One life that ends at a place.
#[expect(
    clippy::disallowed_methods,
    reason = "the child is this test itself, and it is to die"
)]
fn die_at(folder: &Path, way: &str) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "dying_life", "--ignored", "--nocapture"])
        .env("DROVER_FAILPOINT", way)
        .env("DROVER_TEST_CLOCK", slept_file(folder))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", folder.display()).unwrap();
    let end = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > end {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("no life came by `{way}`");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(status.signal().is_some(), "`{way}` did not kill: {status}");
}

/// A schedule, a fan-out and what follows the first.
async fn set_up(folder: &Path) {
    let engine = engine(folder, Claims::WhenAsked).await;
    for name in ["a", "b", "c"] {
        let draft = ProfileDraft {
            name: name.to_owned(),
            browser: "auto".to_owned(),
            ..ProfileDraft::default()
        };
        let save = SaveProfile { id: None, draft };
        engine.save_profile(Caller::Cli, save).await.unwrap();
    }
    for (name, more) in [
        ("one", ""),
        ("next", ""),
        ("many", r#","profiles":{"names":["a","b","c"]}"#),
    ] {
        let text =
            format!(r#"{{"name":"{name}","kind":"command","shell":true,"program":"true"{more}}}"#);
        let save = SaveTask {
            id: None,
            from_version: None,
            file: TaskFile::from_json(&text).unwrap(),
        };
        engine.save_task(Caller::Cli, save).await.unwrap();
    }
    for text in [
        r#"{"name":"single","task":"one","when":{"every":"1s"},"overlap":"allow"}"#,
        r#"{"name":"fan","task":"many","when":{"every":"2s"},"overlap":"allow","batch":{"max_parallel":2}}"#,
        r#"{"name":"then","task":"next","when":{"after":"one","on":"any","scope":"any"},"overlap":"allow"}"#,
    ] {
        let save = SaveSchedule {
            id: None,
            from_version: None,
            file: ScheduleFile::from_json(text).unwrap(),
            confirmed: true,
        };
        engine.save_schedule(Caller::Cli, save).await.unwrap();
    }
    engine.quit(QuitWay::StopRuns).await;
}

async fn rows_of(engine: &Engine, schedule: ScheduleId) -> Vec<RunRow> {
    let wanted = ListRuns {
        schedule: Some(schedule),
        limit: 1_000_000,
        ..ListRuns::default()
    };
    engine.list_runs(Caller::Cli, wanted).await.unwrap().rows
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_place_it_dies_at_schedules_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path()).await;
    // Nothing is missed here; the test below has those places.
    let elsewhere = |place: &str| place.starts_with("commit.") || place.starts_with("missed.");
    let alone = PLACES.iter().filter(|place| !elsewhere(place));
    let mut ways: Vec<String> = alone.map(|place| (*place).to_owned()).collect();
    for what in ["pass.cursor", "pass.followed", "end.noted"] {
        for place in PLACES.iter().filter(|place| place.starts_with("commit.")) {
            ways.push(format!("{what},{place}"));
        }
    }
    for way in &ways {
        die_at(folder.path(), way);
    }

    // The last life plans no more times, and comes to rest.
    let engine = engine(folder.path(), Claims::WhenAsked).await;
    let all = ListSchedules::default();
    let list = engine.list_schedules(Caller::Cli, all).await.unwrap();
    let ids: BTreeMap<String, ScheduleId> = list
        .rows
        .iter()
        .map(|schedule| (schedule.spec.name.to_string(), schedule.id))
        .collect();
    for name in ["single", "fan"] {
        let pause = PauseSchedule {
            schedule: ids[name],
            until: None,
            note: String::new(),
        };
        engine.pause_schedule(Caller::Cli, pause).await.unwrap();
    }
    engine.quit(QuitWay::StopRuns).await;
    drop(engine);
    let engine = self::engine(folder.path(), Claims::AtOnce).await;
    let mut events = engine.events();
    let rest = async {
        loop {
            let ended = |rows: &[RunRow]| rows.iter().all(|row| row.state.is_terminal());
            let single = rows_of(&engine, ids["single"]).await;
            let then = rows_of(&engine, ids["then"]).await;
            let fan = rows_of(&engine, ids["fan"]).await;
            let ran = single.iter().filter(|row| has_run(row)).count();
            if ended(&single) && ended(&then) && ended(&fan) && then.len() >= ran {
                return (single, then, fan);
            }
            events.recv().await.ok();
        }
    };
    let (single, then, fan) = tokio::time::timeout(PATIENCE, rest)
        .await
        .expect("the last life did not come to rest");

    every_time_has_its_row(&single, 1);
    every_time_has_its_row(&fan, 2);
    let mut starts: BTreeMap<_, Vec<&RunRow>> = BTreeMap::new();
    for row in fan.iter().filter(|row| has_run(row)) {
        let origin = row.origin.as_ref().unwrap();
        starts.entry(origin.nominal_at).or_default().push(row);
    }
    assert!(!starts.is_empty());
    for (time, rows) in &starts {
        assert_eq!(rows.len(), 3, "the start of {time:?} is half");
    }
    let wanted = ListBatches {
        limit: 1_000,
        ..ListBatches::default()
    };
    let batches = engine.list_batches(Caller::Cli, wanted).await.unwrap().rows;
    assert_eq!(batches.len(), starts.len(), "one batch a start");
    assert!(batches.iter().all(|batch| batch.counts.total == 3));

    let ran: BTreeSet<_> = single
        .iter()
        .filter(|row| has_run(row))
        .map(|row| row.id)
        .collect();
    let followed: Vec<_> = then
        .iter()
        .map(|row| row.origin.as_ref().unwrap().follows.unwrap())
        .collect();
    assert_eq!(followed.len(), ran.len(), "an end is followed once");
    assert_eq!(followed.into_iter().collect::<BTreeSet<_>>(), ran);
    engine.quit(QuitWay::StopRuns).await;
}

fn has_run(row: &RunRow) -> bool {
    !matches!(row.state, RunState::Skipped | RunState::Expired)
}

/// From the first time to the last, each is that of exactly one row or start.
fn every_time_has_its_row(rows: &[RunRow], seconds: i64) {
    let origins = rows.iter().map(|row| row.origin.as_ref().unwrap());
    // The items of one start are one time.
    let times: BTreeMap<_, _> = origins
        .map(|origin| {
            let (first, last) = (origin.first_at.unwrap(), origin.nominal_at.unwrap());
            (last, (first, i64::from(origin.covers)))
        })
        .collect();
    let first = times.values().map(|(first, _)| *first).min().unwrap();
    let last = *times.keys().next_back().unwrap();
    let named = last.duration_since(first).as_secs() / seconds + 1;
    let accounted: i64 = times.values().map(|(_, covers)| covers).sum();
    assert_eq!(accounted, named, "{times:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_place_it_dies_at_what_was_missed_is_told() {
    for way in [
        "missed.noted",
        "missed.noted,commit.begun",
        "missed.noted,commit.done",
        "missed.noted,turn.written",
        "missed.untold",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path(), Claims::WhenAsked).await;
        let text = r#"{"name":"one","kind":"command","shell":true,"program":"true"}"#;
        let save = SaveTask {
            id: None,
            from_version: None,
            file: TaskFile::from_json(text).unwrap(),
        };
        engine.save_task(Caller::Cli, save).await.unwrap();
        let text = r#"{"name":"s","task":"one","when":{"every":"1m"},"missed":"skip"}"#;
        let save = SaveSchedule {
            id: None,
            from_version: None,
            file: ScheduleFile::from_json(text).unwrap(),
            confirmed: false,
        };
        let schedule = engine.save_schedule(Caller::Cli, save).await.unwrap();
        engine.quit(QuitWay::StopRuns).await;
        drop(engine);
        // Five hours later Drover starts again, and dies of it.
        std::fs::write(slept_file(folder.path()), "18000").unwrap();
        die_at(folder.path(), way);

        let engine = self::engine(folder.path(), Claims::AtOnce).await;
        let mut events = engine.events();
        let told = async {
            loop {
                let summary = engine.get_summary(Caller::Cli, GetSummary {}).await;
                let missed = summary.unwrap().missed;
                if !missed.is_empty() {
                    return missed;
                }
                events.recv().await.ok();
            }
        };
        let told = tokio::time::timeout(PATIENCE, told).await;
        let told = told.unwrap_or_else(|_| panic!("`{way}`: nobody is told of what was missed"));
        let rows = rows_of(&engine, schedule.id).await;
        let missed = rows
            .iter()
            .filter(|row| row.reason.as_deref() == Some("missed"));
        let missed: u32 = missed.map(|row| row.origin.as_ref().unwrap().covers).sum();
        assert!(missed >= 299, "`{way}`: {rows:#?}");
        let sum: u32 = told.iter().map(|report| report.missed).sum();
        assert_eq!(sum, missed, "`{way}`: {told:?}");
        engine.quit(QuitWay::StopRuns).await;
    }
}
