use std::collections::HashMap;

use secrecy::SecretString;

use crate::keychain::Keychain;
use crate::{Error, Result, State};

/// Values in the memory of this process. Each is overwritten when it is removed, replaced or dropped.
#[derive(Default)]
pub(crate) struct Memory(HashMap<String, SecretString>);

impl Keychain for Memory {
    fn probe(&mut self) -> State {
        State::Ready
    }

    fn unlock(&mut self) -> Result<State> {
        Ok(State::Ready)
    }

    fn put(&mut self, entry: &str, secret: &SecretString) -> Result<()> {
        self.0.insert(entry.to_owned(), secret.clone());
        Ok(())
    }

    fn get(&mut self, entry: &str) -> Result<SecretString> {
        self.0.get(entry).cloned().ok_or_else(|| Error::NotFound {
            entry: entry.to_owned(),
        })
    }

    fn remove(&mut self, entry: &str) -> Result<()> {
        self.0
            .remove(entry)
            .map(drop)
            .ok_or_else(|| Error::NotFound {
                entry: entry.to_owned(),
            })
    }
}
