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

/// Says where downloads go.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetDownloadBehavior<'a> {
    /// `default`, or `allowAndName`, which names files by their guid.
    pub behavior: &'a str,
    /// The folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download_path: Option<&'a str>,
    /// Tell of them.
    pub events_enabled: bool,
}
command!(
    SetDownloadBehavior<'a>,
    "Browser.setDownloadBehavior",
    Nothing
);

/// Ends a download.
#[derive(Debug, Serialize)]
pub struct CancelDownload<'a> {
    /// Which one.
    pub guid: &'a str,
}
command!(CancelDownload<'a>, "Browser.cancelDownload", Nothing);

/// `Browser.downloadWillBegin`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DownloadWillBegin {
    /// Its number.
    pub guid: String,
    /// The name that the server suggests.
    #[serde(default)]
    pub suggested_filename: String,
}

/// `Browser.downloadProgress`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DownloadProgress {
    /// Its number.
    pub guid: String,
    /// In bytes; 0 when it is not known.
    #[serde(default)]
    pub total_bytes: f64,
    /// In bytes.
    #[serde(default)]
    pub received_bytes: f64,
    /// `inProgress`, `completed` or `canceled`.
    pub state: String,
}
