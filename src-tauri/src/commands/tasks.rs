//! List tasks, change, plan and start them.

use drover_model::{
    Caller, CommandError, RunRow, Task,
    request::{
        CancelListing, GetTask, ListTasks, ListTests, PlanReport, PlanTask, RemoveTask,
        RestoreTask, SaveTask, StartTask, TaskSummary, TestTree,
    },
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_tasks(
    startup: State<'_, Startup>,
    req: ListTasks,
) -> Result<Vec<TaskSummary>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_tasks(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_task(
    startup: State<'_, Startup>,
    req: GetTask,
) -> Result<Task, CommandError> {
    Ok(startup
        .engine()
        .await?
        .get_task(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn save_task(
    startup: State<'_, Startup>,
    req: SaveTask,
) -> Result<Task, CommandError> {
    Ok(startup
        .engine()
        .await?
        .save_task(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn remove_task(
    startup: State<'_, Startup>,
    req: RemoveTask,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .remove_task(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn restore_task(
    startup: State<'_, Startup>,
    req: RestoreTask,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .restore_task(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn plan_task(
    startup: State<'_, Startup>,
    req: PlanTask,
) -> Result<PlanReport, CommandError> {
    Ok(startup
        .engine()
        .await?
        .plan_task(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn start_task(
    startup: State<'_, Startup>,
    req: StartTask,
) -> Result<Vec<RunRow>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .start_task(Caller::Window, req)
        .await?)
}

/// Stopped by `cancel_listing`, and when the page that asked is gone.
#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_tests(
    startup: State<'_, Startup>,
    req: ListTests,
) -> Result<TestTree, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_tests(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn cancel_listing(
    startup: State<'_, Startup>,
    req: CancelListing,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .cancel_listing(Caller::Window, req)
        .await?)
}
