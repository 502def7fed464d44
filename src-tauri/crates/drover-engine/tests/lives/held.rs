//! Drover stands still while its children live and end, and goes on: nothing overlaps, nothing is given back twice.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use drover_engine::{Claims, QuitWay};
use drover_model::{RunState, TaskFile};
use rustix::process::{Pid, Signal, kill_process};

use crate::{
    after,
    life::{self, Does, Life, accepted, rows},
};

/// How often it is held.
const HOLDS: usize = 8;
/// Runs of each task.
const EACH: u32 = 8;
/// Longer than anything here takes on a slow machine; it only bounds a test that hangs.
const PATIENCE: Duration = Duration::from_mins(2);

/// A task whose runs note their begin and their end. The limit on its time is shorter than it is held.
fn task(folder: &Path, name: &str, resource: Option<&str>) -> TaskFile {
    let notes = folder.join("notes");
    let notes = notes.display();
    let line = format!(
        "echo \"begin {name} $DROVER_RUN_ID $$\" >> '{notes}'; sleep 0.4; echo \"end {name} $DROVER_RUN_ID $$\" >> '{notes}'"
    );
    let json = serde_json::json!({
        "name": name, "kind": "command", "shell": true, "program": line,
        "limits": { "resources": resource.into_iter().collect::<Vec<_>>() },
        "timeout": { "run": "30s" }
    });
    TaskFile::from_json(&json.to_string()).unwrap()
}

/// A note: whether it is a begin, of which task and run, by which process.
fn notes(folder: &Path) -> Vec<(bool, String, String, String)> {
    let text = std::fs::read_to_string(folder.join("notes")).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole
        .lines()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let [what, task, run, pid] = words[..] else {
                panic!("{line}")
            };
            (
                what == "begin",
                task.to_owned(),
                run.to_owned(),
                pid.to_owned(),
            )
        })
        .collect()
}

/// The processes of runs that have begun and not ended.
fn under_way(folder: &Path) -> Vec<String> {
    let mut open = BTreeMap::new();
    for (begins, _, run, pid) in notes(folder) {
        if begins {
            open.insert(run, pid);
        } else {
            open.remove(&run);
        }
    }
    open.into_values().collect()
}

fn has_ended(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    stat.map_or(true, |stat| {
        stat.rsplit_once(") ")
            .is_some_and(|(_, rest)| rest.starts_with('Z'))
    })
}

fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[tokio::test]
async fn whoever_is_held_still_while_its_children_end_gives_nothing_back_twice() {
    let folder = tempfile::tempdir().unwrap();
    let tasks = [
        task(folder.path(), "lamp", Some("lamp:1")),
        task(folder.path(), "also-lamp", Some("lamp:1")),
        task(folder.path(), "free", None),
    ];
    let mut life = Life::begin(folder.path(), Does::Some(EACH), &tasks);
    let total = usize::try_from(EACH).unwrap() * tasks.len();
    let mut told = Vec::new();
    while told.len() < total {
        let line = life.next().unwrap();
        told.extend(accepted(&line).map(str::to_owned));
    }
    let pid = Pid::from_raw(i32::try_from(life.pid()).unwrap()).unwrap();
    for hold in 0..HOLDS {
        let mut live = Vec::new();
        until("a run to be under way", || {
            live = under_way(folder.path());
            !live.is_empty() || notes(folder.path()).len() == 2 * total
        });
        kill_process(pid, Signal::STOP).unwrap();
        until("its children to end", || {
            live.iter().all(|pid| has_ended(pid))
        });
        if hold == 0 {
            let second = life::engine(folder.path(), Claims::AtOnce).await;
            assert!(second.is_err(), "whoever stands still owns the folder");
        }
        kill_process(pid, Signal::CONT).unwrap();
    }
    let rest = life.rest();
    assert_eq!(rest.last().map(String::as_str), Some("done"), "{rest:?}");

    let mut lamp = 0;
    let mut begun = BTreeMap::<String, u32>::new();
    for (begins, task, run, _) in notes(folder.path()) {
        *begun.entry(run).or_default() += u32::from(begins);
        if task != "free" {
            lamp += if begins { 1 } else { -1 };
            assert!((0..=1).contains(&lamp), "{:?}", notes(folder.path()));
        }
    }
    assert_eq!(begun.len(), total);
    assert!(begun.values().all(|starts| *starts == 1), "{begun:?}");
    after::database_is_sound(folder.path());
    assert_eq!(after::left_over(folder.path(), &[]), Vec::<String>::new());
    let engine = life::engine(folder.path(), Claims::WhenAsked)
        .await
        .unwrap();
    for row in rows(&engine).await {
        assert_eq!(
            (row.state, row.attempt),
            (RunState::Succeeded, 1),
            "{row:?}"
        );
    }
    engine.quit(QuitWay::StopRuns).await;
}

/// A run that ended in time is not late because Drover looked late.
#[tokio::test]
async fn a_limit_that_passes_while_drover_stands_still_is_not_held_against_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = task(folder.path(), "short", None);
    file.timeout.run = Some("2s".to_owned());
    let life = Life::begin(folder.path(), Does::Some(4), &[file]);
    let pid = Pid::from_raw(i32::try_from(life.pid()).unwrap()).unwrap();
    let mut live = Vec::new();
    until("runs to be under way", || {
        live = under_way(folder.path());
        !live.is_empty()
    });
    kill_process(pid, Signal::STOP).unwrap();
    until("its children to end", || {
        live.iter().all(|pid| has_ended(pid))
    });
    std::thread::sleep(Duration::from_millis(2_500)); // the limit itself is waited for
    kill_process(pid, Signal::CONT).unwrap();
    let rest = life.rest();
    assert_eq!(rest.last().map(String::as_str), Some("done"), "{rest:?}");
    let engine = life::engine(folder.path(), Claims::WhenAsked)
        .await
        .unwrap();
    for row in rows(&engine).await {
        assert_eq!(row.state, RunState::Succeeded, "{row:?}");
    }
    engine.quit(QuitWay::StopRuns).await;
}
