//! The login keychain. Any call may put a prompt on the screen when the code signature has changed, and there is no
//! way to ask first, so the deadlines alone decide.

use std::collections::HashMap;
use std::sync::Arc;

use apple_native_keyring_store::keychain::Store;
use secrecy::SecretString;

use crate::keychain::Keychain;
use crate::{Backend, Error, Result, State, entry};

pub(crate) const BACKEND: Backend = Backend::known("macos-keychain");

pub(crate) fn keychain(service: &str) -> Box<dyn Keychain> {
    Box::new(LoginKeychain {
        service: service.to_owned(),
        store: None,
    })
}

struct LoginKeychain {
    service: String,
    store: Option<Arc<Store>>,
}

impl LoginKeychain {
    fn entry(&mut self, user: &str) -> Result<keyring::Entry> {
        let store = match &self.store {
            Some(store) => Arc::clone(store),
            None => Arc::clone(self.store.insert(Store::new().map_err(|_| Error::Absent)?)),
        };
        entry::open(&*store, &self.service, user, &HashMap::new())
    }
}

impl Keychain for LoginKeychain {
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
