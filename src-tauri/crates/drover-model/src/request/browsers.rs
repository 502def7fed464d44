//! Requests about browsers: which are installed, which run, opening and closing them by hand, attaching tools.

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

/// Closes an endpoint. The browser goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetachTool {
    pub id: u64,
}
