//! W6: one life of Drover, which queues runs and tells of each that was answered or started, until it is killed.

use std::path::Path;
use std::time::Duration;

use drover_engine::{Claims, Engine, Faces, Paths};
use drover_model::request::{StartOptions, StartTask};
use drover_model::{Caller, Fact, RunState, TaskFile};
use serde_json::json;

use crate::Done;
use crate::orders::say;
use crate::rooms::set_up;

/// Callers that queue runs at the same time.
const CALLERS: u32 = 4;
/// How long one waits whose run was refused, as the line is full.
const FULL: Duration = Duration::from_millis(20);
/// The task of all runs.
pub(crate) const TASK: &str = "note";

/// Where every start is noted.
pub(crate) fn notes(folder: &Path) -> std::path::PathBuf {
    folder.join("started")
}

/// An engine on that folder that asks no keychain.
pub(crate) async fn engine(folder: &Path, claims: Claims) -> Done<Engine> {
    let mut paths = Paths::from_environment(Some(folder.join("data")))?;
    for name in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY"] {
        paths.environment.remove(std::ffi::OsStr::new(name));
    }
    let faces = Faces {
        claims,
        ..Faces::default()
    };
    Ok(Engine::start(paths, faces).await?)
}

/// Saves the task, once for all lives.
pub(crate) async fn prepare(folder: &Path) -> Done<()> {
    let engine = engine(folder, Claims::WhenAsked).await?;
    let line = format!(
        "echo \"$DROVER_RUN_ID $DROVER_ATTEMPT\" >>'{}'",
        notes(folder).display()
    );
    let file = json!({ "name": TASK, "kind": "command", "shell": true, "program": line });
    let file: TaskFile = serde_json::from_value(file)?;
    set_up(&engine, file).await?;
    engine.quit(drover_engine::QuitWay::StopRuns).await;
    Ok(())
}

/// Goes on until it is killed.
pub(crate) async fn life(folder: &Path) -> Done<()> {
    let engine = engine(folder, Claims::AtOnce).await?;
    let mut events = engine.events();
    let telling = tokio::spawn(async move {
        loop {
            match events.recv().await {
                Ok(events) => {
                    for event in events.iter() {
                        if let Fact::RunMoved { run, to, .. } = event.fact
                            && to == RunState::Running
                        {
                            say(&format!("started {run}"))?;
                        }
                    }
                }
                Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(error) => return Done::Err(error.into()),
            }
        }
    });
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| tokio::spawn(call(engine.clone())))
        .collect();
    for caller in callers {
        caller.await??;
    }
    telling.await?
}

async fn call(engine: Engine) -> Done<()> {
    loop {
        let start = StartTask {
            task: TASK.to_owned(),
            options: StartOptions::default(),
            request_id: None,
        };
        match engine.start_task(Caller::Cli, start).await {
            Ok(rows) => {
                for row in rows {
                    say(&format!("accepted {}", row.id))?;
                }
            }
            Err(_) => tokio::time::sleep(FULL).await,
        }
    }
}
