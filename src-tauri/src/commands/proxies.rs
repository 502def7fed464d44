//! List proxies and pools of them, and change them.

use drover_model::{
    Caller, CommandError, PoolView, Proxy,
    request::{
        ChangeProxyAddress, CheckProxies, ImportProxies, ListPools, ListProxies, ProxyImport,
        RemovePool, RemoveProxy, SavePool, SaveProxy,
    },
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

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn import_proxies(
    startup: State<'_, Startup>,
    req: ImportProxies,
) -> Result<ProxyImport, CommandError> {
    Ok(startup
        .engine()
        .await?
        .import_proxies(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn check_proxies(
    startup: State<'_, Startup>,
    req: CheckProxies,
) -> Result<Vec<Proxy>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .check_proxies(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn change_proxy_address(
    startup: State<'_, Startup>,
    req: ChangeProxyAddress,
) -> Result<Proxy, CommandError> {
    Ok(startup
        .engine()
        .await?
        .change_proxy_address(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_pools(
    startup: State<'_, Startup>,
    req: ListPools,
) -> Result<Vec<PoolView>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_pools(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn save_pool(
    startup: State<'_, Startup>,
    req: SavePool,
) -> Result<PoolView, CommandError> {
    Ok(startup
        .engine()
        .await?
        .save_pool(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn remove_pool(
    startup: State<'_, Startup>,
    req: RemovePool,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .remove_pool(Caller::Window, req)
        .await?)
}
