//! List runs, read what they left, and steer them and the queue.

use drover_model::{
    Caller, CommandError, LogPage, Retention, Run, RunRow,
    request::{
        ApplyRetention, CancelRun, GetRun, GetSummary, ListRuns, OpenTrace, OpenedTrace,
        PauseQueue, PinRuns, PreviewRetention, ReadArtifact, ReadLog, RerunRun, ResumeRun, RunList,
        SettleRun, Summary,
    },
};
use tauri::{State, ipc::Response};
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_runs(
    startup: State<'_, Startup>,
    req: ListRuns,
) -> Result<RunList, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_runs(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_run(startup: State<'_, Startup>, req: GetRun) -> Result<Run, CommandError> {
    Ok(startup.engine().await?.get_run(Caller::Window, req).await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn rerun_run(
    startup: State<'_, Startup>,
    req: RerunRun,
) -> Result<RunRow, CommandError> {
    Ok(startup
        .engine()
        .await?
        .rerun_run(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn cancel_run(
    startup: State<'_, Startup>,
    req: CancelRun,
) -> Result<RunRow, CommandError> {
    Ok(startup
        .engine()
        .await?
        .cancel_run(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn resume_run(
    startup: State<'_, Startup>,
    req: ResumeRun,
) -> Result<RunRow, CommandError> {
    Ok(startup
        .engine()
        .await?
        .resume_run(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn read_log(
    startup: State<'_, Startup>,
    req: ReadLog,
) -> Result<LogPage, CommandError> {
    Ok(startup
        .engine()
        .await?
        .read_log(Caller::Window, req)
        .await?)
}

/// Answers with raw bytes, not with JSON.
#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn read_artifact(
    startup: State<'_, Startup>,
    req: ReadArtifact,
) -> Result<Response, CommandError> {
    let artifact = startup
        .engine()
        .await?
        .read_artifact(Caller::Window, req)
        .await?;
    Ok(Response::new(artifact.0))
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_summary(
    startup: State<'_, Startup>,
    req: GetSummary,
) -> Result<Summary, CommandError> {
    Ok(startup
        .engine()
        .await?
        .get_summary(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn pause_queue(
    startup: State<'_, Startup>,
    req: PauseQueue,
) -> Result<Summary, CommandError> {
    Ok(startup
        .engine()
        .await?
        .pause_queue(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn settle_run(
    startup: State<'_, Startup>,
    req: SettleRun,
) -> Result<RunRow, CommandError> {
    Ok(startup
        .engine()
        .await?
        .settle_run(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn pin_runs(
    startup: State<'_, Startup>,
    req: PinRuns,
) -> Result<u32, CommandError> {
    Ok(startup
        .engine()
        .await?
        .pin_runs(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn preview_retention(
    startup: State<'_, Startup>,
    req: PreviewRetention,
) -> Result<Retention, CommandError> {
    Ok(startup
        .engine()
        .await?
        .preview_retention(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn apply_retention(
    startup: State<'_, Startup>,
    req: ApplyRetention,
) -> Result<Retention, CommandError> {
    Ok(startup
        .engine()
        .await?
        .apply_retention(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn open_trace(
    startup: State<'_, Startup>,
    req: OpenTrace,
) -> Result<OpenedTrace, CommandError> {
    Ok(startup
        .engine()
        .await?
        .open_trace(Caller::Window, req)
        .await?)
}
