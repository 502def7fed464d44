//! Requests about the queue: its order, its limits, and why a run waits.

use serde::{Deserialize, Serialize};

use crate::{Limit, LimitKey, Priority, Rate, RunId, RunRow, WaitReason};

/// The queue as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GetQueue {
    /// At most so many waiting runs; 0 means 100.
    pub limit: u32,
}

/// The answer to [`GetQueue`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueueView {
    pub paused: bool,
    pub workers: u32,
    /// Claimed and not ended, oldest first.
    pub live: Vec<RunRow>,
    /// The first of those that wait, in the order of their turns.
    pub waiting: Vec<WaitingRun>,
    /// How many wait.
    pub waiting_total: u32,
    pub limits: Vec<Limit>,
    /// The newest event that this contains.
    pub seq: u64,
}

/// A run that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingRun {
    pub row: RunRow,
    pub priority: Priority,
    /// What keeps it longest comes first; none when it starts in a moment.
    pub reasons: Vec<WaitReason>,
}

/// Why a run waits. A run that does not wait has no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhyRun {
    pub run: RunId,
}

/// Changes when queued runs have their turn. Those that wait no more are left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetPriority {
    pub runs: Vec<RunId>,
    pub priority: Priority,
}

/// Every limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListLimits {}

/// Sets a limit. With neither a capacity nor a rate it is taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetLimit {
    pub key: LimitKey,
    /// Live runs at the same time; 0 lets none start.
    #[serde(default)]
    pub capacity: Option<u32>,
    /// Starts over time.
    #[serde(default)]
    pub rate: Option<Rate>,
}

/// Stops every run that matches, as [`super::CancelRun`] does with one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CancelRuns {
    /// Name or id of a task.
    pub task: Option<String>,
    /// Name or id of a profile.
    pub profile: Option<String>,
    /// Those that wait alone; what runs goes on.
    pub waiting: bool,
}
