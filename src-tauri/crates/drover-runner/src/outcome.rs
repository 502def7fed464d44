//! How an attempt ended.

use drover_browser::Rung as BrowserRung;
use drover_model::run::ExitStatus;
use drover_model::{Ended, NetworkUse};

/// The end of one attempt. The process tree is gone unless `survivors` names somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub ended: Ended,
    pub reason: Reason,
    /// The reason in words, redacted, with what to do about it where that is known.
    pub message: String,
    /// Whether `running` was committed, so that task code may have had effects.
    pub started: bool,
    /// How the main process ended, if there was one.
    pub exit: Option<ExitStatus>,
    /// How far the browser's ladder had to be climbed down, if there was a browser.
    pub browser: Option<BrowserRung>,
    /// What went through the proxy, if there was one.
    pub network: Option<Box<NetworkUse>>,
    /// Processes that could not be ended. The run has to stay `stopping`, and they have to be killed again.
    pub survivors: Vec<u32>,
    /// How often a secret was masked in the output.
    pub masked: u64,
    /// Why the log ends early, if it does: a full disk, for example.
    pub log_cut: Option<String>,
}

/// Why it ended so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    Succeeded,
    /// The main process returned a code other than 0.
    ExitCode,
    /// A signal that Drover did not send ended the main process.
    RunnerExited,
    /// The task itself said that it failed.
    TaskFailed,
    /// The control protocol was violated again and again.
    RunnerProtocol,
    StepFailed,
    /// A secret could not be read.
    SecretUnavailable,
    ScriptMissing,
    ProgramMissing,
    NodeUnavailable,
    PythonUnavailable,
    PlaywrightUnavailable,
    /// No browser, too old, or its folder cannot be written.
    BrowserUnavailable,
    /// Another Chrome has the profile open. The run may wait for it.
    ProfileInUse,
    /// There is not enough memory for a further browser. The run may wait for it.
    MemoryShort,
    /// The browser gave no answer in time.
    LaunchTimeout,
    BrowserCrashed,
    /// The browser did not answer any more.
    BrowserHung,
    /// Somebody closed the browser's window.
    BrowserClosed,
    ProxyFailed,
    /// The preparation took too long.
    StartLimit,
    RunLimit,
    IdleLimit,
    /// Its processes took more memory than the task may have.
    MemoryLimit,
    /// Nobody came to resume it.
    ParkLimit,
    Cancelled,
    Quit,
    /// A stop or another attempt has taken over before the start.
    Stale,
    /// The disk did not take the start line. The run may wait for it.
    StorageError,
    /// A folder or file of Drover's own could not be made.
    Internal,
}

impl Reason {
    /// The word that is stored and that programs read.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::ExitCode => "exit_code",
            Self::RunnerExited => "runner_exited",
            Self::TaskFailed => "task_failed",
            Self::RunnerProtocol => "runner_protocol",
            Self::StepFailed => "step_failed",
            Self::SecretUnavailable => "secret_unavailable",
            Self::ScriptMissing => "script_missing",
            Self::ProgramMissing => "program_missing",
            Self::NodeUnavailable => "node_unavailable",
            Self::PythonUnavailable => "python_unavailable",
            Self::PlaywrightUnavailable => "playwright_unavailable",
            Self::BrowserUnavailable => "browser_unavailable",
            Self::ProfileInUse => "profile_in_use",
            Self::MemoryShort => "memory_short",
            Self::LaunchTimeout => "launch_timeout",
            Self::BrowserCrashed => "browser_crashed",
            Self::BrowserHung => "browser_hung",
            Self::BrowserClosed => "browser_closed",
            Self::ProxyFailed => "proxy_failed",
            Self::StartLimit => "start_limit",
            Self::RunLimit => "run_limit",
            Self::IdleLimit => "idle_limit",
            Self::MemoryLimit => "memory_limit",
            Self::ParkLimit => "park_limit",
            Self::Cancelled => "cancelled",
            Self::Quit => "quit",
            Self::Stale => "stale",
            Self::StorageError => "storage_error",
            Self::Internal => "internal",
        }
    }

    /// How a run with this reason ends.
    pub const fn ended(self) -> Ended {
        match self {
            Self::Succeeded => Ended::Succeeded,
            Self::StartLimit | Self::RunLimit | Self::IdleLimit | Self::ParkLimit => {
                Ended::TimedOut
            }
            Self::Cancelled | Self::Quit => Ended::Cancelled,
            _ => Ended::Failed,
        }
    }
}

/// Why an attempt does not go on, on its way to becoming an [`Outcome`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) reason: Reason,
    pub(crate) message: String,
}

impl Verdict {
    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }

    pub(crate) fn internal(doing: &str, error: &dyn std::error::Error) -> Self {
        Self::new(
            Reason::Internal,
            format!("failed to {doing}: {}", chain(error)),
        )
    }
}

/// An error with its causes, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
