//! List tokens, set and remove their values, and look at the keychain.

use drover_model::{
    Caller, CommandError, TokenRef,
    request::{GetKeychain, KeepTokensInMemory, ListTokens, RemoveToken, SetToken, UnlockKeychain},
    token::Keychain,
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_tokens(
    startup: State<'_, Startup>,
    req: ListTokens,
) -> Result<Vec<TokenRef>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_tokens(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn set_token(
    startup: State<'_, Startup>,
    req: SetToken,
) -> Result<TokenRef, CommandError> {
    Ok(startup
        .engine()
        .await?
        .set_token(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn remove_token(
    startup: State<'_, Startup>,
    req: RemoveToken,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .remove_token(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_keychain(
    startup: State<'_, Startup>,
    req: GetKeychain,
) -> Result<Keychain, CommandError> {
    Ok(startup
        .engine()
        .await?
        .get_keychain(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn unlock_keychain(
    startup: State<'_, Startup>,
    req: UnlockKeychain,
) -> Result<Keychain, CommandError> {
    Ok(startup
        .engine()
        .await?
        .unlock_keychain(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn keep_tokens_in_memory(
    startup: State<'_, Startup>,
    req: KeepTokensInMemory,
) -> Result<Keychain, CommandError> {
    Ok(startup
        .engine()
        .await?
        .keep_tokens_in_memory(Caller::Window, req)
        .await?)
}
