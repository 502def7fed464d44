//! One life of an engine, in a process of its own.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Lines, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use drover_engine::{Claims, Engine, Faces, Paths, QuitWay};
use drover_model::{
    Caller, RunRow, TaskFile,
    request::{
        GetSettings, GetTask, ListRuns, SaveSettings, SaveTask, StartBatch, StartOptions, StartTask,
    },
    schedule::BatchFile,
};

/// How often a life looks whether its runs have ended, and how long a caller rests whose line is full.
const LOOK: Duration = Duration::from_millis(50);

/// What a life does with its tasks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// Four callers start runs and fan-outs until it is killed.
    Crowd,
    /// So many runs of each task are started, and when they have ended it quits.
    Some(u32),
}

pub(crate) fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn paths(folder: &Path) -> Paths {
    let mut paths = Paths::from_environment(Some(data(folder))).unwrap();
    for name in WITHOUT {
        paths.environment.remove(OsStr::new(name));
    }
    paths
}

/// No session bus: no keychain is asked, wherever the test runs.
pub(crate) const WITHOUT: [&str; 3] = ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY"];

pub(crate) async fn engine(folder: &Path, claims: Claims) -> drover_engine::Result<Engine> {
    let faces = Faces {
        claims,
        ..Faces::default()
    };
    Engine::start(paths(folder), faces).await
}

pub(crate) async fn rows(engine: &Engine) -> Vec<RunRow> {
    let all = ListRuns {
        limit: 1_000_000,
        ..ListRuns::default()
    };
    engine.list_runs(Caller::Cli, all).await.unwrap().rows
}

pub(crate) async fn save(engine: &Engine, file: TaskFile) {
    let known = GetTask {
        task: file.name.clone(),
        version: None,
    };
    if engine.get_task(Caller::Cli, known).await.is_err() {
        let save = SaveTask {
            id: None,
            from_version: None,
            file,
        };
        engine.save_task(Caller::Cli, save).await.unwrap();
    }
}

pub(crate) async fn start(engine: &Engine, task: &str) -> Vec<RunRow> {
    let start = StartTask {
        task: task.to_owned(),
        options: StartOptions::default(),
        request_id: None,
    };
    // A full line is refused, which is an answer too.
    engine
        .start_task(Caller::Cli, start)
        .await
        .unwrap_or_default()
}

/// Starts a run for each of three values of the parameter `who`, two of them at once.
async fn fan_out(engine: &Engine, task: &str) -> Vec<RunRow> {
    let start = StartBatch {
        task: task.to_owned(),
        csv: Some("who\nanna\nboris\ncarla\n".to_owned()),
        limits: BatchFile {
            max_parallel: Some(2),
            ..BatchFile::default()
        },
        ..StartBatch::default()
    };
    // As above.
    let Ok(started) = engine.start_batch(Caller::Cli, start).await else {
        return Vec::new();
    };
    let batch = started.batch.expect("the table is right").id;
    let of_batch = ListRuns {
        batch: Some(batch),
        ..ListRuns::default()
    };
    engine.list_runs(Caller::Cli, of_batch).await.unwrap().rows
}

fn say(line: &str) {
    // Written around the capture of tests, a line in one piece.
    std::io::stdout()
        .write_all(format!("\n{line}\n").as_bytes())
        .unwrap();
}

/// Not a test by itself: one life. It tells when it is up, and of each run that was answered.
#[test]
#[ignore = "the child of the other tests"]
fn life() {
    let mut lines = std::io::stdin().lines().map_while(Result::ok);
    let (Some(folder), Some(does)) = (lines.next(), lines.next()) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let tasks: Vec<TaskFile> = lines
        .take_while(|line| !line.is_empty())
        .map(|json| TaskFile::from_json(&json).unwrap())
        .collect();
    let names: Vec<String> = tasks.iter().map(|task| task.name.clone()).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let engine = engine(&folder, Claims::AtOnce).await.unwrap();
        say("up");
        for task in tasks {
            save(&engine, task).await;
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
        match does.parse::<u32>() {
            Ok(each) => {
                for name in (0..each).flat_map(|_| &names) {
                    for row in start(&engine, name).await {
                        say(&format!("accepted {}", row.id));
                    }
                }
                while rows(&engine).await.iter().any(|row| row.state.is_live()) {
                    tokio::time::sleep(LOOK).await;
                }
                engine.quit(QuitWay::StopRuns).await;
                say("done");
            }
            Err(_) => crowd(&engine, &names).await,
        }
    });
}

async fn crowd(engine: &Engine, names: &[String]) {
    let callers = (0..4).map(|caller| {
        let (engine, names) = (engine.clone(), names.to_vec());
        tokio::spawn(async move {
            for number in caller.. {
                let name = &names[number % names.len()];
                let accepted = if number % 4 == 3 {
                    fan_out(&engine, name).await
                } else {
                    start(&engine, name).await
                };
                if accepted.is_empty() {
                    // The line is full; until some of it is done, asking is of no use.
                    say("refused");
                    tokio::time::sleep(LOOK).await;
                }
                for row in accepted {
                    say(&format!("accepted {}", row.id));
                }
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
}

/// A life as its parent sees it.
pub(crate) struct Life {
    child: Child,
    told: Lines<BufReader<ChildStdout>>,
    _stdin: ChildStdin,
}

impl Life {
    #[expect(
        clippy::disallowed_methods,
        reason = "the child is this test itself, and it is to die"
    )]
    pub(crate) fn begin(folder: &Path, does: Does, tasks: &[TaskFile]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "life::life", "--ignored", "--nocapture"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let does = match does {
            Does::Crowd => "crowd".to_owned(),
            Does::Some(each) => each.to_string(),
        };
        writeln!(stdin, "{}\n{does}", folder.display()).unwrap();
        for task in tasks {
            writeln!(stdin, "{}", serde_json::to_string(task).unwrap()).unwrap();
        }
        writeln!(stdin).unwrap();
        let told = BufReader::new(child.stdout.take().unwrap()).lines();
        Self {
            child,
            told,
            _stdin: stdin,
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The next thing it tells; none when it has ended.
    pub(crate) fn next(&mut self) -> Option<String> {
        let words = ["up", "done", "refused", "accepted "];
        self.told
            .by_ref()
            .map_while(Result::ok)
            .find(|line| words.iter().any(|word| line.starts_with(word)))
    }

    /// Kills it, and gives what it had told by then.
    pub(crate) fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.rest()
    }

    /// What it tells until it ends.
    pub(crate) fn rest(mut self) -> Vec<String> {
        let told = std::iter::from_fn(|| self.next()).collect();
        self.child.wait().unwrap();
        told
    }
}

/// The run of such a line. The last one may be cut by the kill; then it was not told.
pub(crate) fn accepted(line: &str) -> Option<&str> {
    let run = line.strip_prefix("accepted ")?;
    (run.len() == 26).then_some(run)
}
