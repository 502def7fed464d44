//! What is kept of profiles: snapshots, clones, bundles, disk use, import from other browsers.

use drover_model::{
    Caller, CommandError, CopyReport, ForeignProfile, Rollback, Snapshot, Usage,
    request::{
        CloneProfile, ExportBundle, GetUsage, ImportBundle, ImportForeign, ImportedBundle,
        ImportedForeign, ListForeignProfiles, ListSnapshots, MadeProfile, RemoveSnapshot,
        RollBackProfile, SweepProfile, Swept, TakeSnapshot,
    },
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_snapshots(
    startup: State<'_, Startup>,
    req: ListSnapshots,
) -> Result<Vec<Snapshot>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_snapshots(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn take_snapshot(
    startup: State<'_, Startup>,
    req: TakeSnapshot,
) -> Result<Snapshot, CommandError> {
    Ok(startup
        .engine()
        .await?
        .take_snapshot(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn roll_back_profile(
    startup: State<'_, Startup>,
    req: RollBackProfile,
) -> Result<Rollback, CommandError> {
    Ok(startup
        .engine()
        .await?
        .roll_back_profile(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn remove_snapshot(
    startup: State<'_, Startup>,
    req: RemoveSnapshot,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .remove_snapshot(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn clone_profile(
    startup: State<'_, Startup>,
    req: CloneProfile,
) -> Result<MadeProfile, CommandError> {
    Ok(startup
        .engine()
        .await?
        .clone_profile(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_usage(
    startup: State<'_, Startup>,
    req: GetUsage,
) -> Result<Usage, CommandError> {
    Ok(startup
        .engine()
        .await?
        .get_usage(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn sweep_profile(
    startup: State<'_, Startup>,
    req: SweepProfile,
) -> Result<Swept, CommandError> {
    Ok(startup
        .engine()
        .await?
        .sweep_profile(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn export_bundle(
    startup: State<'_, Startup>,
    req: ExportBundle,
) -> Result<CopyReport, CommandError> {
    Ok(startup
        .engine()
        .await?
        .export_bundle(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn import_bundle(
    startup: State<'_, Startup>,
    req: ImportBundle,
) -> Result<ImportedBundle, CommandError> {
    Ok(startup
        .engine()
        .await?
        .import_bundle(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_foreign_profiles(
    startup: State<'_, Startup>,
    req: ListForeignProfiles,
) -> Result<Vec<ForeignProfile>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_foreign_profiles(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn import_foreign(
    startup: State<'_, Startup>,
    req: ImportForeign,
) -> Result<ImportedForeign, CommandError> {
    Ok(startup
        .engine()
        .await?
        .import_foreign(Caller::Window, req)
        .await?)
}
