//! `Browser.*`

use serde::{Deserialize, Serialize};

use super::{Nothing, command};

/// Asks for the version.
#[derive(Debug, Serialize)]
pub struct GetVersion {}
command!(GetVersion, "Browser.getVersion", BrowserVersion);

/// What the running browser says of itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct BrowserVersion {
    /// For instance `Chrome/156.0.8078.79`.
    pub product: String,
    /// The protocol's version.
    pub protocol_version: String,
    /// The user agent, unchanged.
    pub user_agent: String,
}

/// Closes the browser in good order, so that cookies are written.
#[derive(Debug, Serialize)]
pub struct BrowserClose {}
command!(BrowserClose, "Browser.close", Nothing);
