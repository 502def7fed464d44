//! Requests about browsers: which are installed, which run, opening and closing them by hand, attaching tools.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Name, ProfileId, RunId, machine::FoundBrowser};

/// Which browsers are installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindBrowsers {}

/// Installed browsers, in the order in which `auto` tries them.
pub type FoundBrowsers = Vec<FoundBrowser>;

/// Which browsers run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListBrowsers {}

/// What a profile's browser is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BrowserState {
    /// It is being launched.
    Starting,
    /// A run or a tool has it.
    Leased,
    /// It is kept warm for the next run.
    Idle,
    /// Its window is open for a person.
    Window,
    /// It is being stopped.
    Draining,
}

/// A browser that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBrowser {
    pub profile: ProfileId,
    pub name: Name,
    pub state: BrowserState,
    /// Who has it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Whether it has a window.
    pub visible: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// What it says of itself, such as `Chrome/156.0.8078.73`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
}

/// Opens a profile by hand, in a window. One that is open comes to the front with a further tab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenProfile {
    /// Id or name.
    pub profile: String,
    /// Pages instead of the profile's own start pages.
    #[serde(default)]
    pub urls: Vec<String>,
}

/// Closes a browser that no run has: a window, or a warm one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseProfile {
    /// Id or name.
    pub profile: String,
    /// Kills it instead of asking it to end.
    #[serde(default)]
    pub kill: bool,
}

/// How a browser was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedBrowser {
    /// `gone`, `closed`, `terminated` or `killed`; none when it was not open.
    pub rung: Option<String>,
}

/// Opens an endpoint for a tool of one's own: to the browser of a live run, or to a profile, which it then holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachTool {
    /// A run id, or the id or name of a profile.
    pub target: String,
}

/// An open endpoint.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedTool {
    /// For [`DetachTool`].
    pub id: u64,
    /// The run whose browser it is; with its end the endpoint closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    pub profile: ProfileId,
    /// `ws://127.0.0.1:…`. Whoever has it drives the profile.
    pub endpoint: String,
}

impl std::fmt::Debug for AttachedTool {
    /// The endpoint is a secret for as long as it is open.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AttachedTool({}, {})", self.id, self.profile)
    }
}

impl AttachedTool {
    /// Lines that connect well-known tools: what it is, and the line.
    #[must_use]
    pub fn lines(&self) -> [(&'static str, String); 3] {
        let endpoint = &self.endpoint;
        [
            (
                "Playwright",
                format!("const browser = await chromium.connectOverCDP('{endpoint}');"),
            ),
            (
                "Puppeteer",
                format!(
                    "const browser = await puppeteer.connect({{ browserWSEndpoint: '{endpoint}' }});"
                ),
            ),
            (
                "MCP server",
                format!("npx @playwright/mcp --cdp-endpoint {endpoint}"),
            ),
        ]
    }
}

/// Which endpoints are open, whoever opened them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListAttached {}

/// An open endpoint without its address: that was told once, to the one who opened it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenEndpoint {
    /// For [`DetachTool`].
    pub id: u64,
    /// The run whose browser it is; with its end the endpoint closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    pub profile: ProfileId,
    pub name: Name,
    pub since: Timestamp,
}

/// Closes an endpoint. The browser goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetachTool {
    pub id: u64,
}

/// Live pictures of a profile's browser, small JPEGs, for a view that is open. It has many answers, so it is no
/// request; they end with the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchBrowser {
    /// Id or name.
    pub profile: String,
    /// The least time between two pictures, in milliseconds. At most four a second are sent.
    pub every_ms: u32,
}

/// Takes one picture of a profile's browser as it is: of the page in front, all that is visible of it, as PNG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShootBrowser {
    /// Id or name.
    pub profile: String,
}
