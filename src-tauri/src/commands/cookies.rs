//! Cookies of profiles: list, import, take back, export.

use drover_model::{
    Caller, CommandError,
    request::{
        CookieExport, CookieImport, CookieList, CookiesUndone, ExportCookies, ImportCookies,
        ListCookies, UndoCookies,
    },
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_cookies(
    startup: State<'_, Startup>,
    req: ListCookies,
) -> Result<CookieList, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_cookies(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn import_cookies(
    startup: State<'_, Startup>,
    req: ImportCookies,
) -> Result<CookieImport, CommandError> {
    Ok(startup
        .engine()
        .await?
        .import_cookies(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn undo_cookies(
    startup: State<'_, Startup>,
    req: UndoCookies,
) -> Result<CookiesUndone, CommandError> {
    Ok(startup
        .engine()
        .await?
        .undo_cookies(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn export_cookies(
    startup: State<'_, Startup>,
    req: ExportCookies,
) -> Result<CookieExport, CommandError> {
    Ok(startup
        .engine()
        .await?
        .export_cookies(Caller::Window, req)
        .await?)
}
