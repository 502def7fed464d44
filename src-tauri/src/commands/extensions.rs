//! Extensions of profiles.

use drover_model::{
    Caller, CommandError, Extension,
    request::{AddExtension, ExtensionList, ListExtensions, RemoveExtension},
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_extensions(
    startup: State<'_, Startup>,
    req: ListExtensions,
) -> Result<ExtensionList, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_extensions(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn add_extension(
    startup: State<'_, Startup>,
    req: AddExtension,
) -> Result<Extension, CommandError> {
    Ok(startup
        .engine()
        .await?
        .add_extension(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn remove_extension(
    startup: State<'_, Startup>,
    req: RemoveExtension,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .remove_extension(Caller::Window, req)
        .await?)
}
