//! What happens to a time that cannot simply start a run.

use serde::{Deserialize, Serialize};

/// What to do while an earlier run of the same schedule and item is still live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// The later one is skipped.
    #[default]
    Skip,
    /// One may wait; further ones are skipped.
    QueueOne,
    /// They wait, up to a bound; further ones are skipped.
    QueueAll,
    /// The earlier one is cancelled, then the later one starts.
    CancelPrevious,
    /// Both; a profile is still used by one run at a time.
    Allow,
}

/// What to do with times that passed while nobody could start anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// None of them runs.
    Skip,
    /// The latest one runs.
    #[default]
    RunOnce,
    /// The newest ones run, up to a bound, oldest first and one behind the other.
    RunAll,
}

/// What overlap is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverlapScope {
    /// Each item, usually a profile, by itself.
    #[default]
    Item,
    /// All items of a fan-out together.
    Batch,
}

/// Why a time of a schedule did not become a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// An earlier run was still live (`overlap = "skip"`).
    StillRunning,
    /// As many as may wait were waiting already.
    QueueFull,
    /// Drover was not there at the time, and the missed-run policy does not run it.
    Missed,
    /// It was missed for longer than `catch_up`.
    TooOld,
    /// The clock was set right by more than three hours.
    ClockCorrection,
    /// The schedule was paused.
    Paused,
    /// The local time did not exist: a whole day or at least three hours were left out.
    NoSuchLocalTime,
    /// It could not start within `start_deadline`. The row is `expired`, not `skipped`.
    StartDeadline,
    /// A later time took its place before it could start (`overlap = "cancel_previous"`).
    Replaced,
    /// The task could not be planned: it is gone, or a profile, proxy, token or value is missing.
    CannotPlan,
    /// It would have been run after too many others that follow each other.
    ChainTooLong,
    /// As many runs as one line holds were waiting already.
    LineFull,
}

impl Reason {
    /// All of them, in the order in which languages have their words.
    pub const ALL: [Self; 12] = [
        Self::StillRunning,
        Self::QueueFull,
        Self::Missed,
        Self::TooOld,
        Self::ClockCorrection,
        Self::Paused,
        Self::NoSuchLocalTime,
        Self::StartDeadline,
        Self::Replaced,
        Self::CannotPlan,
        Self::ChainTooLong,
        Self::LineFull,
    ];

    /// The reason of that code; other rows have other codes.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// The code, as it is stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::StillRunning => "still_running",
            Self::QueueFull => "queue_full",
            Self::Missed => "missed",
            Self::TooOld => "too_old",
            Self::ClockCorrection => "clock_correction",
            Self::Paused => "paused",
            Self::NoSuchLocalTime => "no_such_local_time",
            Self::StartDeadline => "start_deadline",
            Self::Replaced => "replaced",
            Self::CannotPlan => "cannot_plan",
            Self::ChainTooLong => "chain_too_long",
            Self::LineFull => "line_full",
        }
    }
}
