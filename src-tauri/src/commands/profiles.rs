//! List profiles and change them.

use drover_model::{
    Caller, CommandError, Profile, ProfileSet,
    request::{
        DuplicateProfile, ExportProfiles, ForgetLogin, GetProfile, ImportProfiles, ImportReport,
        ListProfileSets, ListProfiles, ProfileList, RemoveProfileSet, RemoveProfiles,
        RestoreProfiles, SaveProfile, SaveProfileSet,
    },
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_profiles(
    startup: State<'_, Startup>,
    req: ListProfiles,
) -> Result<ProfileList, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_profiles(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_profile(
    startup: State<'_, Startup>,
    req: GetProfile,
) -> Result<Profile, CommandError> {
    Ok(startup
        .engine()
        .await?
        .get_profile(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn save_profile(
    startup: State<'_, Startup>,
    req: SaveProfile,
) -> Result<Profile, CommandError> {
    Ok(startup
        .engine()
        .await?
        .save_profile(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn duplicate_profile(
    startup: State<'_, Startup>,
    req: DuplicateProfile,
) -> Result<Profile, CommandError> {
    Ok(startup
        .engine()
        .await?
        .duplicate_profile(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn remove_profiles(
    startup: State<'_, Startup>,
    req: RemoveProfiles,
) -> Result<u32, CommandError> {
    Ok(startup
        .engine()
        .await?
        .remove_profiles(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn restore_profiles(
    startup: State<'_, Startup>,
    req: RestoreProfiles,
) -> Result<u32, CommandError> {
    Ok(startup
        .engine()
        .await?
        .restore_profiles(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn forget_login(
    startup: State<'_, Startup>,
    req: ForgetLogin,
) -> Result<Profile, CommandError> {
    Ok(startup
        .engine()
        .await?
        .forget_login(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_profile_sets(
    startup: State<'_, Startup>,
    req: ListProfileSets,
) -> Result<Vec<ProfileSet>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_profile_sets(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn save_profile_set(
    startup: State<'_, Startup>,
    req: SaveProfileSet,
) -> Result<ProfileSet, CommandError> {
    Ok(startup
        .engine()
        .await?
        .save_profile_set(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn remove_profile_set(
    startup: State<'_, Startup>,
    req: RemoveProfileSet,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .remove_profile_set(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn import_profiles(
    startup: State<'_, Startup>,
    req: ImportProfiles,
) -> Result<ImportReport, CommandError> {
    Ok(startup
        .engine()
        .await?
        .import_profiles(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn export_profiles(
    startup: State<'_, Startup>,
    req: ExportProfiles,
) -> Result<String, CommandError> {
    Ok(startup
        .engine()
        .await?
        .export_profiles(Caller::Window, req)
        .await?)
}
