//! Schedules: what a rule means, and what it would do.

use drover_model::{
    Caller, CommandError,
    request::{PreviewSchedule, SchedulePreview},
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn preview_schedule(
    startup: State<'_, Startup>,
    req: PreviewSchedule,
) -> Result<SchedulePreview, CommandError> {
    Ok(startup
        .engine()
        .await?
        .preview_schedule(Caller::Window, req)
        .await?)
}
