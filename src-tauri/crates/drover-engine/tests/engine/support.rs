//! One life of an engine in a folder of its own.

use std::{path::Path, sync::Arc};

use drover_engine::{Engine, Faces, Paths, QuitWay};
use drover_model::{
    Caller, Run, RunId, RunRow, RunState, TaskFile,
    request::{GetRun, KeepTokensInMemory, ReadLog, SaveTask, StartOptions, StartTask},
};
use drover_scheduler::Clock;
use tempfile::TempDir;

/// Longer than anything here takes on a slow machine; it only bounds a test that hangs.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(2);

pub(crate) struct Life {
    pub(crate) engine: Engine,
    folder: TempDir,
}

impl Life {
    /// A first start.
    pub(crate) async fn start() -> Self {
        Self::again(tempfile::tempdir().unwrap()).await
    }

    /// A first start without a keychain, whose tokens stay in memory.
    pub(crate) async fn start_with_memory_vault() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut paths = paths(folder.path());
        // No session bus: the keychain is absent, wherever the test runs.
        for name in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY"] {
            paths.environment.remove(std::ffi::OsStr::new(name));
        }
        let engine = Engine::start(paths, Faces::default()).await.unwrap();
        engine
            .keep_tokens_in_memory(Caller::Window, KeepTokensInMemory {})
            .await
            .unwrap();
        Self { engine, folder }
    }

    /// A start in a folder that was used before.
    pub(crate) async fn again(folder: TempDir) -> Self {
        let engine = Engine::start(paths(folder.path()), Faces::default())
            .await
            .unwrap();
        Self { engine, folder }
    }

    /// A start in such a folder, by a clock of the test's own.
    pub(crate) async fn again_by(folder: TempDir, clock: Arc<dyn Clock>) -> Self {
        let faces = Faces {
            clock,
            ..Faces::default()
        };
        let engine = Engine::start(paths(folder.path()), faces).await.unwrap();
        Self { engine, folder }
    }

    pub(crate) async fn task(&self, json: &str) {
        let file = TaskFile::from_json(json).unwrap();
        self.engine
            .save_task(
                Caller::Window,
                SaveTask {
                    id: None,
                    from_version: None,
                    file,
                },
            )
            .await
            .unwrap();
    }

    pub(crate) async fn run(&self, task: &str) -> RunRow {
        let start = StartTask {
            task: task.to_owned(),
            options: StartOptions::default(),
            request_id: None,
        };
        self.engine
            .start_task(Caller::Window, start)
            .await
            .unwrap()
            .remove(0)
    }

    /// The run once it has ended.
    pub(crate) async fn ended(&self, run: RunId) -> Run {
        self.when(run, |run| run.row.state.is_terminal()).await
    }

    pub(crate) async fn reaches(&self, run: RunId, state: RunState) -> Run {
        self.when(run, |run| {
            run.row.state == state || run.row.state.is_terminal()
        })
        .await
    }

    pub(crate) async fn reaches_attempt(&self, run: RunId, attempt: u32) -> Run {
        self.when(run, |run| run.row.attempt == attempt).await
    }

    /// Waits for commits until `so` holds.
    async fn when(&self, id: RunId, so: impl Fn(&Run) -> bool) -> Run {
        let mut events = self.engine.events();
        let mut last = None;
        let wait = async {
            loop {
                let run = self
                    .engine
                    .get_run(Caller::Window, GetRun { run: id })
                    .await
                    .unwrap();
                if so(&run) {
                    return run;
                }
                last = Some((run.row, run.waits_because));
                events.recv().await.ok();
            }
        };
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        waited.unwrap_or_else(|_| panic!("run {id} stays at {last:#?}"))
    }

    pub(crate) async fn log(&self, run: RunId) -> String {
        let page = self
            .engine
            .read_log(
                Caller::Cli,
                ReadLog {
                    run,
                    from_seq: 0,
                    limit: 0,
                },
            )
            .await
            .unwrap();
        page.lines.iter().fold(String::new(), |log, line| {
            format!("{log}{:?}: {}\n", line.stream, line.text)
        })
    }

    pub(crate) async fn quit(self) -> TempDir {
        self.engine.quit(QuitWay::StopRuns).await;
        self.folder
    }
}

/// A life whose computer has slept for as many seconds as a file says.
pub(crate) async fn sleeps(folder: TempDir, file: &Path) -> Life {
    let mut paths = paths(folder.path());
    paths.test_clock = Some(file.to_owned());
    let engine = Engine::start(paths, Faces::default()).await.unwrap();
    Life { engine, folder }
}

fn paths(folder: &Path) -> Paths {
    let mut paths = Paths::from_environment(Some(folder.join("data"))).unwrap();
    paths
        .environment
        .insert("DROVER_QUIET_BROWSER".into(), "1".into());
    // Chrome cannot use its sandbox as root; that is the one exception of the tests.
    paths.no_sandbox = rustix::process::geteuid().is_root();
    paths
}

/// Living processes whose environment holds `text`.
pub(crate) fn processes_with(text: &str) -> Vec<u32> {
    let pids = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    })
    .collect()
}

/// Searches every file below a folder for a text.
pub(crate) fn assert_nowhere(folder: &Path, text: &str) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_nowhere(&path, text);
        } else if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(
                !bytes
                    .windows(text.len())
                    .any(|window| window == text.as_bytes()),
                "the value is in {}",
                path.display()
            );
        }
    }
}
