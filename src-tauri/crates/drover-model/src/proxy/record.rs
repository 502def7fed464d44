use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ChangeLink, ProxyAddress, ProxyHealth, Rules};
use crate::{Name, ProxyId};

/// A proxy that profiles and tasks can name. Its password, if it has one, is in the
/// keychain under the proxy's own id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proxy {
    pub id: ProxyId,
    pub name: Name,
    pub address: ProxyAddress,
    /// The user name, where the proxy wants a login.
    pub user: Option<String>,
    /// Whether the keychain holds a password for it.
    pub has_password: bool,
    /// What goes another way than through the proxy.
    #[serde(default)]
    pub rules: Rules,
    /// How to get another address from the provider, where there is a way.
    #[serde(default)]
    pub change_link: Option<ChangeLink>,
    /// What the last check found. None since the address or the login changed.
    #[serde(default)]
    pub health: Option<ProxyHealth>,
    /// Names of the living profiles that use it. Filled by queries, never stored.
    #[serde(default)]
    pub used_by: Vec<Name>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Proxy {
    /// How it is shown everywhere: with the login masked.
    #[must_use]
    pub fn masked(&self) -> String {
        let address = self.address.to_string();
        match self.user {
            Some(_) => address.replacen("://", "://••••@", 1),
            None => address,
        }
    }
}
