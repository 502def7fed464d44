//! Fan-outs: the many runs of one start.

use drover_model::{
    Batch, Caller, CommandError,
    request::{BatchList, BatchStart, CancelBatch, GetBatch, ListBatches, RetryBatch, StartBatch},
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn start_batch(
    startup: State<'_, Startup>,
    req: StartBatch,
) -> Result<BatchStart, CommandError> {
    Ok(startup
        .engine()
        .await?
        .start_batch(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_batches(
    startup: State<'_, Startup>,
    req: ListBatches,
) -> Result<BatchList, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_batches(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_batch(
    startup: State<'_, Startup>,
    req: GetBatch,
) -> Result<Batch, CommandError> {
    Ok(startup
        .engine()
        .await?
        .get_batch(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn cancel_batch(
    startup: State<'_, Startup>,
    req: CancelBatch,
) -> Result<Batch, CommandError> {
    Ok(startup
        .engine()
        .await?
        .cancel_batch(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn retry_batch(
    startup: State<'_, Startup>,
    req: RetryBatch,
) -> Result<Batch, CommandError> {
    Ok(startup
        .engine()
        .await?
        .retry_batch(Caller::Window, req)
        .await?)
}
