//! What the clocks of the computer did, as an event tells it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The computer slept, or its clock was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockChange {
    pub what: ClockKind,
    /// The wall clock before it.
    pub from: Timestamp,
    /// By how much the wall clock moved, in milliseconds; negative when it was put back.
    pub by_ms: i64,
}

/// The kinds of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// The computer slept, or nobody can say that it did not.
    Slept,
    /// The clock was put forward by up to three hours.
    Forward,
    /// The clock was put back by up to three hours.
    Back,
    /// The clock was wrong and was put forward by more.
    CorrectedForward,
    /// The clock was wrong and was put back by more.
    CorrectedBack,
}
