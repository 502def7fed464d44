//! What an attempt is given: the plan, the places, the ports, the control channel.

use std::path::{Path, PathBuf};
use std::time::Duration;

use drover_browser::extensions::Installed;
use drover_browser::{BoxFuture, CryptMode, Lead, Sandbox, Visibility};
use drover_model::overrides::Overrides;
use drover_model::{Plan, ProfileId, RunId, StopIntent, TokenName};
use secrecy::SecretString;

use crate::capture::Quota;

/// One attempt to be made.
#[derive(Debug)]
pub struct Request {
    pub run: RunId,
    /// From 1.
    pub attempt: u32,
    pub plan: Plan,
    /// Begins the marker of every process of this attempt; the start-up sweep looks for it. It has to be different
    /// for every data folder.
    pub marker: String,
    pub places: Places,
    /// For a plan with a profile.
    pub chrome: Option<Chrome>,
    pub limits: OutputLimits,
}

impl Request {
    /// Of every process that is started for it.
    pub(crate) fn run_marker(&self) -> String {
        attempt_marker(&self.marker, self.run, self.attempt)
    }
}

/// The marker of every process that is started for an attempt, below that of the data folder.
#[must_use]
pub fn attempt_marker(marker: &str, run: RunId, attempt: u32) -> String {
    format!("{marker}run:{run}:{attempt}")
}

/// The marker of a profile's browser, below that of the data folder.
#[must_use]
pub fn browser_marker(marker: &str, profile: ProfileId) -> String {
    format!("{marker}profile:{profile}")
}

/// How the profile's browser is started.
#[derive(Debug)]
pub struct Chrome {
    /// The browser, absolute.
    pub program: PathBuf,
    /// The profile's user-data-dir.
    pub folder: PathBuf,
    pub sandbox: Sandbox,
    pub crypt: CryptMode,
    /// Bytes that Chrome's caches may have.
    pub cache_limit: Option<u64>,
    /// Where the profile's traffic goes, with the login. `None` only for a plan without a proxy.
    pub upstream: Option<Lead>,
    /// The profile's extensions, and the folder that they lie in.
    pub extensions: Installed,
    /// As above.
    pub extensions_home: PathBuf,
    /// Switches off Chrome's own requests, for tests.
    pub quiet: bool,
}

/// One opening of a profile's browser.
#[derive(Debug)]
pub struct Opening {
    pub profile: ProfileId,
    pub visibility: Visibility,
    pub start_urls: Vec<String>,
    pub overrides: Overrides,
    /// As in [`Request::marker`].
    pub marker: String,
    /// How long until the browser's first answer.
    pub start_limit: Duration,
}

/// Folders and programs, all absolute.
#[derive(Clone, Debug)]
pub struct Places {
    /// Drover's data folder.
    pub data: PathBuf,
    /// A folder for sockets and scripts of a running attempt, such as the system's temporary folder. Its path has to
    /// be short: the name of a socket ends at about 100 bytes.
    pub scratch: PathBuf,
    /// The folder with Drover's own `node_modules`, used when a project has no Playwright.
    pub node_tools: Option<PathBuf>,
    /// Drover's own virtual environment, used when the machine's Python has no Playwright or no pytest.
    pub python_tools: Option<PathBuf>,
}

impl Places {
    /// Everything a run leaves.
    pub fn run_folder(&self, run: RunId) -> PathBuf {
        run_folder(&self.data, run)
    }
}

/// The folder of a run below the data folder.
pub fn run_folder(data: &Path, run: RunId) -> PathBuf {
    data.join("runs").join(run.to_string())
}

/// Bounds of what an attempt may leave.
#[derive(Clone, Copy, Debug, Default)]
pub struct OutputLimits {
    pub log: Quota,
}

/// What the operator or the end of Drover wants of a running attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Stop it by the ladder. A second one kills.
    Cancel,
    /// Stop it without waiting.
    Kill,
    /// Stop it because Drover quits. It shortens no stop that is under way.
    Quit,
    /// The person is done; parked task code goes on.
    Resume,
}

/// Where secret values come from.
pub trait Secrets: Send + Sync {
    /// The value of a token that the plan names, or in words why there is none.
    fn get(&self, name: &TokenName) -> BoxFuture<'_, Result<SecretString, String>>;
}

/// Why task code must not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoStart {
    /// A stop, or another attempt, has overtaken this one.
    #[error("the run was stopped before it started")]
    Overtaken,
    /// The disk takes nothing. The run can wait for it.
    #[error("the start could not be written: {0}")]
    Unwritten(String),
    /// Anything else.
    #[error("the start could not be written: {0}")]
    Failed(String),
}

/// Where the start line is written.
pub trait Ledger: Send + Sync {
    /// Commits `running`. Task code starts only after it has answered `Ok`; an error, such as a stale attempt, ends
    /// the attempt before anything has happened.
    fn commit_running(&self) -> BoxFuture<'_, Result<(), NoStart>>;
    /// Commits `stopping` before the first process is signalled. It cannot refuse: the stop goes on.
    fn commit_stopping(&self, intent: StopIntent) -> BoxFuture<'_, ()>;
}
