//! The queue: its order, its limits, and why a run waits.

use drover_model::{
    Caller, CommandError, Limit, Pause, RunRow, WaitReason,
    request::{
        CancelRuns, GetQueue, ListLimits, QueueView, RerunRuns, SetLimit, SetPause, SetPriority,
        WhyRun,
    },
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_queue(
    startup: State<'_, Startup>,
    req: GetQueue,
) -> Result<QueueView, CommandError> {
    Ok(startup
        .engine()
        .await?
        .get_queue(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn why_run(
    startup: State<'_, Startup>,
    req: WhyRun,
) -> Result<Vec<WaitReason>, CommandError> {
    Ok(startup.engine().await?.why_run(Caller::Window, req).await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn set_priority(
    startup: State<'_, Startup>,
    req: SetPriority,
) -> Result<u32, CommandError> {
    Ok(startup
        .engine()
        .await?
        .set_priority(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_limits(
    startup: State<'_, Startup>,
    req: ListLimits,
) -> Result<Vec<Limit>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_limits(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn set_limit(
    startup: State<'_, Startup>,
    req: SetLimit,
) -> Result<Vec<Limit>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .set_limit(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn cancel_runs(
    startup: State<'_, Startup>,
    req: CancelRuns,
) -> Result<u32, CommandError> {
    Ok(startup
        .engine()
        .await?
        .cancel_runs(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn rerun_runs(
    startup: State<'_, Startup>,
    req: RerunRuns,
) -> Result<Vec<RunRow>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .rerun_runs(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn set_pause(
    startup: State<'_, Startup>,
    req: SetPause,
) -> Result<Vec<Pause>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .set_pause(Caller::Window, req)
        .await?)
}
