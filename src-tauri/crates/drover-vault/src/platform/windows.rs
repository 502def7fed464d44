//! The Credential Manager. It is open whenever the user is logged on, so the look at it finds it ready.

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::SecretString;
use windows_native_keyring_store::Store;

use crate::keychain::Keychain;
use crate::{Backend, Error, Result, State, entry};

pub(crate) const BACKEND: Backend = Backend::known("windows-credentials");

pub(crate) fn keychain(service: &str) -> Box<dyn Keychain> {
    Box::new(CredentialManager {
        service: service.to_owned(),
        store: None,
    })
}

struct CredentialManager {
    service: String,
    store: Option<Arc<Store>>,
}

impl CredentialManager {
    fn entry(&mut self, user: &str) -> Result<keyring::Entry> {
        let store = match &self.store {
            Some(store) => Arc::clone(store),
            None => Arc::clone(self.store.insert(Store::new().map_err(|_| Error::Absent)?)),
        };
        // Without a target the name would be `user.service`, in which another pair could read the same. `Local` keeps
        // the entry on this machine; the default travels with a roaming profile.
        let target = format!("{}/{user}", self.service);
        let modifiers = HashMap::from([("target", target.as_str()), ("persistence", "Local")]);
        entry::open(&*store, &self.service, user, &modifiers)
    }
}

impl Keychain for CredentialManager {
    fn probe(&mut self) -> State {
        match self.entry("probe") {
            Ok(_) => State::Ready,
            Err(_) => State::Absent,
        }
    }

    fn unlock(&mut self) -> Result<State> {
        Ok(self.probe())
    }

    fn put(&mut self, user: &str, secret: &SecretString) -> Result<()> {
        entry::write(&self.entry(user)?, user, secret)
    }

    fn get(&mut self, user: &str) -> Result<SecretString> {
        entry::read(&self.entry(user)?, user)
    }

    fn remove(&mut self, user: &str) -> Result<()> {
        entry::delete(&self.entry(user)?, user)
    }
}
