//! What can go wrong with a browser.

use std::{io, path::PathBuf, time::Duration};

use crate::cdp::CdpError;

/// A failure of finding, launching, driving or stopping a browser.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No browser stands at the path the profile names, or none is installed.
    #[error("no browser at `{0}`")]
    NoBrowser(PathBuf),
    /// The version could not be asked for.
    #[error("failed to ask `{program}` for its version: {detail}")]
    Version {
        /// The browser that was asked.
        program: PathBuf,
        /// What came instead of a version.
        detail: String,
    },
    /// A folder below a browser's own data root was named as a profile folder.
    #[error(
        "profile folder `{folder}` lies in `{root}`, the data of a browser that is used outside Drover"
    )]
    DefaultRoot {
        /// What was asked for, canonical.
        folder: PathBuf,
        /// The root that contains it.
        root: PathBuf,
    },
    /// The profile folder cannot be created or written.
    #[error("profile folder `{folder}` cannot be written")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another Chrome on this machine has the profile open.
    #[error("profile folder `{folder}` is open in another Chrome, process {pid}")]
    HeldHere {
        /// The folder.
        folder: PathBuf,
        /// The process that holds it.
        pid: u32,
    },
    /// A Chrome on another machine has, or had, the profile open.
    #[error("profile folder `{folder}` is marked as open on the machine `{host}`")]
    HeldElsewhere {
        /// The folder.
        folder: PathBuf,
        /// The other machine's name.
        host: String,
    },
    /// An operator's argument names a flag that Drover sets, or one that it never sets.
    #[error("argument `{0}` is not allowed: Drover decides it")]
    OwnedFlag(String),
    /// The browser could not be started.
    #[error("failed to start `{program}`")]
    Start {
        /// The browser.
        program: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The browser ended before it answered.
    #[error("the browser ended while starting ({exit}){}", tail(stderr))]
    EndedAtStart {
        /// How it ended, in words.
        exit: String,
        /// The end of its standard error.
        stderr: String,
    },
    /// The browser did not answer in time. It was stopped.
    #[error("the browser gave no answer within {} s{}", limit.as_secs_f32(), tail(stderr))]
    StartLimit {
        /// The limit.
        limit: Duration,
        /// The end of its standard error.
        stderr: String,
    },
    /// A command failed.
    #[error("failed to {doing}")]
    Cdp {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        #[source]
        source: CdpError,
    },
    /// A picture came in a shape that is not known.
    #[error("the screenshot is not base64")]
    Picture,
    /// A page could not be opened.
    #[error("failed to open the page: {0}")]
    Navigation(String),
    /// A page was not loaded in time.
    #[error("the page was not loaded within {} s", .0.as_secs_f32())]
    LoadLimit(Duration),
    /// The page's process died.
    #[error("the page crashed")]
    PageCrashed,
    /// The gateway could not be opened.
    #[error("failed to open the gateway of the run")]
    Gateway(#[source] io::Error),
    /// Processes were left after the last rung of the ladder.
    #[error("processes {0:?} of the browser did not end")]
    Survivors(Vec<u32>),
}

/// The result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

fn tail(stderr: &str) -> String {
    let stderr = stderr.trim();
    if stderr.is_empty() {
        String::new()
    } else {
        format!("; it said:\n{stderr}")
    }
}
