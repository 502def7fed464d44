//! The keychain's state, and what a person may do about it.

use drover_model::{
    Caller, Code, CommandError,
    request::{GetKeychain, KeepTokensInMemory, UnlockKeychain},
    token::{Keychain, KeychainState},
};
use drover_vault::{Backend, State, Vault};

use crate::{Engine, Error, Result};

impl Engine {
    pub async fn get_keychain(&self, _by: Caller, _req: GetKeychain) -> Result<Keychain> {
        let vault = self.rooms().vault();
        vault.probe().await;
        Ok(keychain(&vault))
    }

    pub async fn unlock_keychain(&self, _by: Caller, _req: UnlockKeychain) -> Result<Keychain> {
        let vault = self.rooms().vault();
        vault.unlock().await.map_err(|source| Error::Vault {
            doing: "unlock the keychain".to_owned(),
            source,
        })?;
        Ok(keychain(&vault))
    }

    pub async fn keep_tokens_in_memory(
        &self,
        _by: Caller,
        _req: KeepTokensInMemory,
    ) -> Result<Keychain> {
        let vault = self.rooms().vault();
        if *vault.backend() == Backend::MEMORY {
            return Ok(keychain(&vault));
        }
        if matches!(
            vault.probe().await,
            State::Ready | State::Locked | State::Unlocking
        ) {
            let message = "this system has a keychain; tokens belong there";
            return Err(CommandError::new(Code::WrongState, message)
                .hint("Unlock it instead.")
                .into());
        }
        let memory = Vault::session_only();
        memory.probe().await;
        self.rooms().use_vault(memory.clone());
        self.watch_keychain();
        self.tell_keychain().await;
        Ok(keychain(&memory))
    }
}

fn keychain(vault: &Vault) -> Keychain {
    Keychain {
        state: state_of(vault.state()),
        backend: vault.backend().to_string(),
        session_only: *vault.backend() == Backend::MEMORY,
    }
}

/// The vault's word in the words of the model.
pub(crate) const fn state_of(state: State) -> KeychainState {
    match state {
        State::Probing => KeychainState::Probing,
        State::Ready => KeychainState::Ready,
        State::Locked => KeychainState::Locked,
        State::Unlocking => KeychainState::Unlocking,
        State::Absent => KeychainState::Absent,
        State::TimedOut => KeychainState::TimedOut,
    }
}
