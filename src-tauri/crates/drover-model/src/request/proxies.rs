//! Requests about proxies.

use serde::{Deserialize, Serialize};

use crate::{ProxyId, token::SecretText};

/// All proxies, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListProxies {}

/// Makes a proxy, or changes the one with that id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveProxy {
    #[serde(default)]
    pub id: Option<ProxyId>,
    pub name: String,
    /// An address, perhaps with a login: `http://user:password@host:port`.
    /// The password goes to the keychain. Without a login, a known one is kept.
    pub url: SecretText,
    /// Forget the known login.
    #[serde(default)]
    pub clear_login: bool,
}

/// Removes a proxy. One that living profiles use is refused, naming them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveProxy {
    /// Id or name.
    pub proxy: String,
}
