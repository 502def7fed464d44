//! With which key a profile's browser encrypts its cookies, and whether that key can be had now.

use drover_browser::{CryptMode, password_store};
use drover_model::{Encryption, PasswordStore, Profile};
use drover_runner::Reason;
use drover_vault::State;

use crate::{chrome::NoChrome, engine::Rooms};

/// The key of this profile: the one of its first start, or for a first start the one of this session.
///
/// A browser that does not get the key of its cookies drops them without a word, so it is not started then.
pub(crate) async fn key_of(rooms: &Rooms, profile: &Profile) -> Result<CryptMode, NoChrome> {
    if profile.encryption == Encryption::Portable {
        return Ok(CryptMode::Portable);
    }
    if !cfg!(target_os = "linux") {
        return Ok(CryptMode::Os(None));
    }
    let recorded = profile.password_store;
    let store = recorded.unwrap_or_else(|| password_store(&rooms.paths.environment));
    if store != PasswordStore::GnomeLibsecret {
        return Ok(CryptMode::Os(Some(store)));
    }
    match (rooms.vault().probe().await, recorded) {
        (State::Locked | State::Unlocking, _) => Err(NoChrome {
            reason: Reason::SecretUnavailable,
            message: format!(
                "the keychain is locked, and the cookies of profile `{}` are encrypted with it; unlock it",
                profile.name
            ),
        }),
        // Chrome falls back by itself too, but would not remember that it did.
        (State::Absent, None) => Ok(CryptMode::Os(Some(PasswordStore::Basic))),
        (State::Absent, Some(_)) => Err(NoChrome {
            reason: Reason::BrowserUnavailable,
            message: format!(
                "the cookies of profile `{}` are encrypted with the system keychain, and this session has none; start \
                 Drover in a desktop session, or start the keychain service",
                profile.name
            ),
        }),
        _ => Ok(CryptMode::Os(Some(store))),
    }
}
