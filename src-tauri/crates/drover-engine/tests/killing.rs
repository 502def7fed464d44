//! Drover is killed without warning, again and again, while runs are queued, started and ended: nothing that was
//! answered is gone, nothing starts twice, and nothing lives on.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "what a test's helpers cannot do is a failure of the test"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use drover_engine::{Claims, Engine, Faces, Paths, QuitWay};
use drover_model::{
    Caller, RunState, TaskFile,
    request::{GetSettings, GetTask, ListRuns, SaveSettings, SaveTask, StartOptions, StartTask},
};

/// Lives in every test run; a night has ten for each of its `DROVER_ROUNDS`.
const LIVES: u64 = 50;

/// Two tasks, one of which ends soon; both note their start, and leave a process in a session of its own.
fn tasks(folder: &Path) -> [TaskFile; 2] {
    let notes = folder.join("started");
    let notes = notes.display();
    ["0.05", "2"].map(|seconds| {
        let line = format!(
            "echo \"$DROVER_RUN_ID $DROVER_ATTEMPT\" >> '{notes}'; (setsid sleep {seconds} &) ; sleep {seconds}"
        );
        let json = serde_json::json!({
            "name": format!("sleeps {seconds}"), "kind": "command", "shell": true, "program": line
        });
        TaskFile::from_json(&json.to_string()).unwrap()
    })
}

fn paths(folder: &Path) -> Paths {
    let mut paths = Paths::from_environment(Some(folder.join("data"))).unwrap();
    // No session bus: no keychain is asked, wherever the test runs.
    for name in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY"] {
        paths.environment.remove(std::ffi::OsStr::new(name));
    }
    paths
}

async fn engine(folder: &Path, claims: Claims) -> Engine {
    let faces = Faces {
        claims,
        ..Faces::default()
    };
    Engine::start(paths(folder), faces).await.unwrap()
}

/// Not a test by itself: one life. It queues runs and tells of each that was answered, until it is killed.
#[test]
#[ignore = "the child of the test below"]
fn life() {
    let Some(Ok(folder)) = std::io::stdin().lines().next() else {
        return;
    };
    let folder = PathBuf::from(folder);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let engine = engine(&folder, Claims::AtOnce).await;
        for task in tasks(&folder) {
            let name = task.name.clone();
            let known = engine
                .get_task(
                    Caller::Cli,
                    GetTask {
                        task: name,
                        version: None,
                    },
                )
                .await;
            if known.is_err() {
                let save = SaveTask {
                    id: None,
                    from_version: None,
                    file: task,
                };
                engine.save_task(Caller::Cli, save).await.unwrap();
            }
        }
        let mut settings = engine
            .get_settings(Caller::Cli, GetSettings {})
            .await
            .unwrap();
        settings.workers = 6;
        engine
            .save_settings(Caller::Cli, SaveSettings { settings })
            .await
            .unwrap();
        let callers = (0..4).map(|caller| {
            let (engine, tasks) = (engine.clone(), tasks(&folder));
            tokio::spawn(async move {
                for number in caller.. {
                    let start = StartTask {
                        task: tasks[number % 2].name.clone(),
                        options: StartOptions::default(),
                        request_id: None,
                    };
                    // A full line is refused, which is an answer too.
                    for row in engine
                        .start_task(Caller::Cli, start)
                        .await
                        .unwrap_or_default()
                    {
                        let line = format!("\naccepted {}\n", row.id);
                        std::io::stdout().write_all(line.as_bytes()).unwrap();
                    }
                }
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            caller.await.unwrap();
        }
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "the rounds of a night are told to the test program alone"
)]
fn lives() -> u64 {
    std::env::var("DROVER_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .map_or(LIVES, |rounds: u64| LIVES.max(rounds * 10))
}

#[tokio::test]
async fn endurance_of_the_queue_over_killed_lives() {
    let folder = tempfile::tempdir().unwrap();
    let lives = lives();
    let mut accepted = BTreeSet::new();
    for life in 0..lives {
        // Anywhere from the first answer on; the order is always the same, the moments never are.
        let answers = 1 + life.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 37;
        accepted.extend(one_life(folder.path(), usize::try_from(answers).unwrap()));
    }
    assert!(accepted.len() >= usize::try_from(lives).unwrap());

    // The start checks the database after an unclean end, and ends what the last life left.
    let engine = engine(folder.path(), Claims::WhenAsked).await;
    let own = folder.path().to_str().unwrap();
    assert_eq!(processes_with(own), Vec::<u32>::new(), "processes live on");
    let all = ListRuns {
        limit: 1_000_000,
        ..ListRuns::default()
    };
    let rows = engine.list_runs(Caller::Cli, all).await.unwrap().rows;
    let states: BTreeMap<String, RunState> = rows
        .iter()
        .map(|row| (row.id.to_string(), row.state))
        .collect();
    for run in &accepted {
        assert!(
            states.contains_key(run),
            "run {run} was accepted and is gone"
        );
    }
    let starts = std::fs::read_to_string(folder.path().join("started")).unwrap_or_default();
    let mut started = BTreeSet::new();
    for line in starts.lines() {
        let (run, _) = line.split_once(' ').unwrap();
        assert!(started.insert(run.to_owned()), "run {run} started twice");
    }
    assert!(started.len() > 50, "only {} runs started", started.len());
    for row in &rows {
        let id = row.id.to_string();
        let ran = matches!(row.state, RunState::Succeeded | RunState::Failed);
        assert!(
            !ran || started.contains(&id),
            "{id} ended and never started"
        );
        // Whoever started and did not end is known to be lost: its outcome is never hidden.
        let open = matches!(row.state, RunState::Queued) && started.contains(&id);
        assert!(!open, "{id} started and waits as if it had not");
    }
    engine.quit(QuitWay::StopRuns).await;
}

/// One life in that folder, killed after so many answers. Gives the runs that it had told of.
#[expect(
    clippy::disallowed_methods,
    reason = "the child is this test itself, and it is to die"
)]
fn one_life(folder: &Path, answers: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "life", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", folder.display()).unwrap();
    let mut told = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        // The last line may be cut by the kill; then its run is not known to have been told.
        if let Some(run) = line.unwrap().strip_prefix("accepted ")
            && run.len() == 26
        {
            told.push(run.to_owned());
        }
        if told.len() == answers {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(told.len() >= answers, "the life ended by itself");
    told
}

/// Living processes in whose environment that text stands, this one excepted.
fn processes_with(text: &str) -> Vec<u32> {
    let pids = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        *pid != std::process::id()
            && environment
                .windows(text.len())
                .any(|window| window == text.as_bytes())
    })
    .collect()
}
