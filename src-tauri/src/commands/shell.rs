//! What the window asks of the app itself.

use drover_model::CommandError;
use serde::Deserialize;
use tauri::{AppHandle, Runtime, State};
use tracing::instrument;

use crate::{Startup, closing};

/// Answers when the engine has started, or with what kept it from starting.
#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_startup(startup: State<'_, Startup>) -> Result<(), CommandError> {
    startup.engine().await.map(drop)
}

/// What becomes of the runs that go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// They end by themselves first.
    Finish,
    /// They are stopped.
    Stop,
}

/// Quits as the person has chosen. The window is gone before the answer.
#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn quit_app<R: Runtime>(app: AppHandle<R>, way: Way) -> Result<(), CommandError> {
    closing::quit(&app, way.into());
    Ok(())
}

impl From<Way> for drover_engine::QuitWay {
    fn from(way: Way) -> Self {
        match way {
            Way::Finish => Self::FinishRuns,
            Way::Stop => Self::StopRuns,
        }
    }
}
