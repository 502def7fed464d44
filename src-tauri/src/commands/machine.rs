//! Settings, this machine and the sample data.

use drover_model::{
    Caller, Check, CommandError, Settings,
    machine::AppInfo,
    request::{
        CheckMachine, GetAppInfo, GetSettings, InstallPlaywright, LoadSamples, RevealPath,
        SamplesReport, SaveSettings,
    },
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_settings(
    startup: State<'_, Startup>,
    req: GetSettings,
) -> Result<Settings, CommandError> {
    Ok(startup
        .engine()
        .await?
        .get_settings(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn save_settings(
    startup: State<'_, Startup>,
    req: SaveSettings,
) -> Result<Settings, CommandError> {
    Ok(startup
        .engine()
        .await?
        .save_settings(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_app_info(
    startup: State<'_, Startup>,
    req: GetAppInfo,
) -> Result<AppInfo, CommandError> {
    let engine = startup.engine().await?;
    let info = engine.get_app_info(Caller::Window, req).await?;
    // Members have no versions of their own; the app has.
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Ok(AppInfo { version, ..info })
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn check_machine(
    startup: State<'_, Startup>,
    req: CheckMachine,
) -> Result<Vec<Check>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .check_machine(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn load_samples(
    startup: State<'_, Startup>,
    req: LoadSamples,
) -> Result<SamplesReport, CommandError> {
    Ok(startup
        .engine()
        .await?
        .load_samples(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn install_playwright(
    startup: State<'_, Startup>,
    req: InstallPlaywright,
) -> Result<Vec<Check>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .install_playwright(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn reveal_path(
    startup: State<'_, Startup>,
    req: RevealPath,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .reveal_path(Caller::Window, req)
        .await?)
}
