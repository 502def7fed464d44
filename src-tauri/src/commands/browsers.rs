//! Browsers: which there are, which run, opening and closing them, attaching tools.

use drover_model::{
    Caller, CommandError,
    request::{
        AttachTool, AttachedTool, CloseProfile, ClosedBrowser, DetachTool, FindBrowsers,
        FoundBrowsers, ListAttached, ListBrowsers, OpenBrowser, OpenEndpoint, OpenProfile,
        ShootBrowser,
    },
};
use tauri::{State, ipc::Response};
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn find_browsers(
    startup: State<'_, Startup>,
    req: FindBrowsers,
) -> Result<FoundBrowsers, CommandError> {
    Ok(startup
        .engine()
        .await?
        .find_browsers(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_browsers(
    startup: State<'_, Startup>,
    req: ListBrowsers,
) -> Result<Vec<OpenBrowser>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_browsers(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn open_profile(
    startup: State<'_, Startup>,
    req: OpenProfile,
) -> Result<OpenBrowser, CommandError> {
    Ok(startup
        .engine()
        .await?
        .open_profile(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn close_profile(
    startup: State<'_, Startup>,
    req: CloseProfile,
) -> Result<ClosedBrowser, CommandError> {
    Ok(startup
        .engine()
        .await?
        .close_profile(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn attach_tool(
    startup: State<'_, Startup>,
    req: AttachTool,
) -> Result<AttachedTool, CommandError> {
    Ok(startup
        .engine()
        .await?
        .attach_tool(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_attached(
    startup: State<'_, Startup>,
    req: ListAttached,
) -> Result<Vec<OpenEndpoint>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_attached(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn detach_tool(
    startup: State<'_, Startup>,
    req: DetachTool,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .detach_tool(Caller::Window, req)
        .await?)
}

/// Answers with raw bytes, not with JSON.
#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn shoot_browser(
    startup: State<'_, Startup>,
    req: ShootBrowser,
) -> Result<Response, CommandError> {
    let picture = startup
        .engine()
        .await?
        .shoot_browser(Caller::Window, req)
        .await?;
    Ok(Response::new(picture.0))
}
