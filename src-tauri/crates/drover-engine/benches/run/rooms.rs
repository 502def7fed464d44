//! A whole engine in a folder of its own.

use std::path::PathBuf;
use std::sync::Arc;

use drover_engine::{Engine, Faces, Paths, QuitWay};
use drover_model::request::{GetSettings, SaveSettings, SaveTask, StartOptions, StartTask};
use drover_model::{Caller, Event, Fact, RunId, RunState, TaskFile};
use serde_json::Value;
use tokio::sync::broadcast;

use crate::Done;

/// How many runs go on at once.
pub(crate) const AT_ONCE: u32 = 8;

/// What `cargo xtask bench` hands over.
pub(crate) struct Setup {
    /// Where data lies.
    pub(crate) folder: PathBuf,
    /// A short path for sockets and scratch files.
    pub(crate) scratch: PathBuf,
}

impl Setup {
    pub(crate) fn read(file: &str) -> Done<Self> {
        let setup: Value = serde_json::from_slice(&std::fs::read(file)?)?;
        let path = |name: &str| {
            let text = setup[name].as_str();
            text.map(PathBuf::from)
                .ok_or_else(|| format!("the setup has no `{name}`"))
        };
        let setup = Self {
            folder: path("folder")?,
            scratch: path("scratch")?,
        };
        std::fs::create_dir_all(&setup.scratch)?;
        Ok(setup)
    }
}

/// An engine that claims eight runs at once.
pub(crate) struct Rooms {
    pub(crate) engine: Engine,
    pub(crate) data: PathBuf,
}

impl Rooms {
    pub(crate) async fn open(setup: &Setup) -> Done<Self> {
        let data = setup.folder.join("data");
        let paths = Paths::from_environment(Some(data.clone()))?;
        let engine = Engine::start(paths, Faces::default()).await?;
        many_at_once(&engine).await?;
        Ok(Self { engine, data })
    }

    /// Saves a task, unless it is there already.
    pub(crate) async fn task(&self, file: &Value) -> Done<()> {
        let file: TaskFile = serde_json::from_value(file.clone())?;
        let save = SaveTask {
            id: None,
            from_version: None,
            file,
        };
        match self.engine.save_task(Caller::Cli, save).await {
            Err(error) if !error.to_string().contains("exists") => Err(error.into()),
            _ => Ok(()),
        }
    }

    pub(crate) async fn start(&self, task: &str) -> Done<RunId> {
        let start = StartTask {
            task: task.to_owned(),
            options: StartOptions::default(),
            request_id: None,
        };
        let mut rows = self.engine.start_task(Caller::Cli, start).await?;
        Ok(rows.remove(0).id)
    }

    pub(crate) async fn close(self) {
        self.engine.quit(QuitWay::StopRuns).await;
    }
}

async fn many_at_once(engine: &Engine) -> Done<()> {
    let mut settings = engine.get_settings(Caller::Cli, GetSettings {}).await?;
    settings.workers = AT_ONCE;
    let save = SaveSettings { settings };
    engine.save_settings(Caller::Cli, save).await?;
    Ok(())
}

/// As many workers as everywhere here, and a new task.
pub(crate) async fn set_up(engine: &Engine, file: TaskFile) -> Done<()> {
    many_at_once(engine).await?;
    let save = SaveTask {
        id: None,
        from_version: None,
        file,
    };
    engine.save_task(Caller::Cli, save).await?;
    Ok(())
}

/// The committed ends of runs, in their order.
pub(crate) struct Ends(broadcast::Receiver<Arc<[Event]>>);

impl Ends {
    pub(crate) fn of(engine: &Engine) -> Self {
        Self(engine.events())
    }

    /// Waits for so many ends and gives them.
    pub(crate) async fn next(&mut self, count: usize) -> Done<Vec<(RunId, RunState)>> {
        let mut ends = Vec::new();
        while ends.len() < count {
            for event in self.0.recv().await?.iter() {
                if let Fact::RunMoved { run, to, .. } = event.fact
                    && to.is_terminal()
                {
                    ends.push((run, to));
                }
            }
        }
        Ok(ends)
    }
}
