//! What Drover finds on this machine, for the first run, `doctor` and the status bar.

use serde::{Deserialize, Serialize};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    Ok,
    /// Works, with a limit.
    Warn,
    /// Something that Drover needs is missing.
    Fail,
}

/// One finding about this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Stable key: `browser`, `sandbox`, `node`, `playwright`, `python`, `keychain`, `data_folder`, `disk`, `display`, `tray`.
    pub id: String,
    /// The heading, such as "Browser".
    pub title: String,
    pub state: CheckState,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub fix: Option<String>,
}

/// A browser that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundBrowser {
    /// `chrome`, `chromium`, `edge` or `brave`.
    pub brand: String,
    pub version: String,
    pub path: String,
}

/// What the frame of the window shows about Drover and this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppInfo {
    pub version: String,
    pub data_folder: String,
    pub browsers: Vec<FoundBrowser>,
    /// Version of Node, without the `v`.
    pub node: Option<String>,
    /// Version of Playwright and which copy: `1.65.1 (managed)`.
    pub playwright: Option<String>,
    /// Version of the machine's Python.
    #[serde(default)]
    pub python: Option<String>,
    /// Version of the managed Playwright for Python: `1.65.2 (managed)`.
    #[serde(default)]
    pub playwright_for_python: Option<String>,
    /// Chrome would be started without its sandbox.
    pub no_sandbox: bool,
    /// Nothing has been made yet: the welcome page is shown.
    pub first_run: bool,
    /// What happened at this start, for a callout: runs lost or requeued by a crash.
    pub recovered: Option<String>,
}
