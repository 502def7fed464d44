//! List proxies and change them.

use drover_model::{
    Caller, CommandError, Proxy,
    request::{ListProxies, RemoveProxy, SaveProxy},
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_proxies(
    startup: State<'_, Startup>,
    req: ListProxies,
) -> Result<Vec<Proxy>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_proxies(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn save_proxy(
    startup: State<'_, Startup>,
    req: SaveProxy,
) -> Result<Proxy, CommandError> {
    Ok(startup
        .engine()
        .await?
        .save_proxy(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn remove_proxy(
    startup: State<'_, Startup>,
    req: RemoveProxy,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .remove_proxy(Caller::Window, req)
        .await?)
}
