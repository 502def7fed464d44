//! When a browser is let go, and why somebody does not get one.

use std::time::Duration;

use crate::Error;

/// When a browser is let go, and when no further one is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long it is kept after a run; zero keeps none.
    pub idle: Duration,
    /// How many runs it serves before a fresh one takes its place, because pages leave memory behind.
    pub uses: u32,
    /// Bytes of memory that must be free for a further one.
    pub memory: u64,
}

impl Default for Rules {
    /// Five minutes and a hundred runs, as Crawlee's browser pool has it; 400 MB, which one headless Chrome takes.
    fn default() -> Self {
        Self {
            idle: Duration::from_mins(5),
            uses: 100,
            memory: 400 * 1024 * 1024,
        }
    }
}

/// Why somebody does not get a browser.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A run or a tool has it, as was said when it was taken.
    #[error("the profile's browser is in use by {0}")]
    Taken(String),
    /// A person has its window open.
    #[error("the profile is open in a window")]
    Window,
    /// Processes of the browser before do not end.
    #[error("processes {0:?} of the profile's browser do not end")]
    Stuck(Vec<u32>),
    /// Another browser would not fit.
    #[error("{free} MB of memory are free, and a browser needs {needed} MB")]
    Memory {
        /// In megabytes.
        free: u64,
        /// In megabytes.
        needed: u64,
    },
    /// The way to the proxy could not be opened.
    #[error("failed to open the way to the proxy")]
    Proxy(#[source] drover_egress::Error),
    /// It did not start.
    #[error(transparent)]
    Browser(Error),
}

/// What becomes of a browser after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiveBack {
    /// It stays warm, if the rules let it.
    Keep,
    /// It is stopped by the ladder.
    Close,
    /// It is killed.
    Kill,
}
