use secrecy::SecretString;

use crate::{Result, State};

/// One keychain, used from one thread by blocking calls. No call but `unlock` may prompt.
///
/// An entry is named by the token id alone; the implementer adds what tells this data folder from another.
pub(crate) trait Keychain {
    /// Looks whether it is there and open.
    fn probe(&mut self) -> State;

    /// Opens it, asking the user when that is needed, and says how it stands afterwards.
    fn unlock(&mut self) -> Result<State>;

    /// Writes a value, in place of an earlier one.
    fn put(&mut self, entry: &str, secret: &SecretString) -> Result<()>;

    fn get(&mut self, entry: &str) -> Result<SecretString>;

    fn remove(&mut self, entry: &str) -> Result<()>;
}
