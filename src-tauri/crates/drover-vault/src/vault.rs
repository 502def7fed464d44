use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use crate::actor::{Actor, Deadlines};
use crate::lane::Make;
use crate::memory::Memory;
use crate::{Backend, Error, Reference, Result, State, platform};

/// The longest value, in bytes of UTF-8. The smallest keychain among the supported systems sets it.
pub const LONGEST_SECRET: usize = 2_048;

/// A handle on the keychain; clones share it. The thread behind it ends after the last clone, and is not waited for.
///
/// The async functions need a tokio runtime with time. Each call is answered within three seconds of being taken up,
/// [`Vault::unlock`] within two minutes.
#[derive(Clone)]
pub struct Vault {
    backend: Backend,
    actor: Arc<Actor>,
}

impl Vault {
    /// The keychain of the operating system. `service` names Drover and its data folder, so that two folders share no
    /// entry. Returns at once, in state [`State::Probing`].
    pub fn os(service: &str) -> Vault {
        let service = service.to_owned();
        let make: Make = Arc::new(move || platform::keychain(&service));
        Vault::start(platform::BACKEND, make, Deadlines::USUAL)
    }

    /// Memory, for one session: what the user may choose when there is no keychain.
    pub fn session_only() -> Vault {
        Vault::start(
            Backend::MEMORY,
            Arc::new(|| Box::new(Memory::default())),
            Deadlines::USUAL,
        )
    }

    pub(crate) fn start(backend: Backend, make: Make, deadlines: Deadlines) -> Vault {
        Vault {
            backend,
            actor: Actor::start(make, deadlines),
        }
    }

    /// What to store beside the token, so that [`Error::BackendChanged`] can be told from a missing value.
    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    /// A reference to an entry of this vault.
    pub fn reference(&self, entry: impl Into<String>) -> Reference {
        Reference::new(self.backend.clone(), entry)
    }

    pub fn state(&self) -> State {
        *self.actor.watch().borrow()
    }

    pub fn watch(&self) -> watch::Receiver<State> {
        self.actor.watch()
    }

    /// Looks at the keychain again, without a prompt.
    pub async fn probe(&self) -> State {
        match self.actor.probe().await {
            Ok(state) => state,
            Err(error) => error.state().unwrap_or(State::Absent),
        }
    }

    /// Opens the keychain. It may put a prompt on the screen, so it is for an action of the user alone. A dismissed
    /// prompt is no error, the state is [`State::Locked`] then.
    pub async fn unlock(&self) -> Result<State> {
        self.actor.unlock().await
    }

    /// Writes a value, in place of an earlier one.
    pub async fn put(&self, reference: &Reference, secret: SecretString) -> Result<()> {
        let entry = self.entry(reference)?;
        let bytes = secret.expose_secret().len();
        if bytes > LONGEST_SECRET {
            return Err(Error::TooLong { bytes });
        }
        self.actor
            .call(move |keychain| keychain.put(&entry, &secret))
            .await
    }

    pub async fn get(&self, reference: &Reference) -> Result<SecretString> {
        let entry = self.entry(reference)?;
        self.actor.call(move |keychain| keychain.get(&entry)).await
    }

    pub async fn remove(&self, reference: &Reference) -> Result<()> {
        let entry = self.entry(reference)?;
        self.actor
            .call(move |keychain| keychain.remove(&entry))
            .await
    }

    fn entry(&self, reference: &Reference) -> Result<String> {
        if reference.backend == self.backend {
            Ok(reference.entry.clone())
        } else {
            Err(Error::BackendChanged {
                stored: reference.backend.clone(),
                in_use: self.backend.clone(),
            })
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("backend", &self.backend)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
