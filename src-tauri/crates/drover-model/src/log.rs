//! Output of a run, a line at a time.

use serde::{Deserialize, Serialize};

/// Where a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    Stdout,
    Stderr,
    /// Steps and tests as they begin and end.
    Steps,
    /// What Drover itself says about the attempt.
    Drover,
}

impl Stream {
    /// The name in files and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::Steps => "steps",
            Self::Drover => "drover",
        }
    }
}

/// One line of output, redacted, as it is stored and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Counts from 1 within a run, without gaps in the file.
    pub seq: u64,
    pub attempt: u32,
    /// Milliseconds since the attempt began.
    pub t_ms: u64,
    pub stream: Stream,
    pub text: String,
}

/// A stretch of a run's log.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LogPage {
    pub lines: Vec<LogLine>,
    /// The number to ask for next.
    pub next_seq: u64,
    /// Whether more lines are there already.
    pub more: bool,
}
