//! Requests about the queue: its order, its limits, and why a run waits.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    BatchId, Capacity, Limit, LimitKey, Pause, PauseKey, Priority, Rate, RunId, RunRow, RunState,
    WaitReason,
};

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
    /// What is paused.
    #[serde(default)]
    pub pauses: Vec<Pause>,
    /// The newest event that this contains.
    pub seq: u64,
}

/// A run that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingRun {
    pub row: RunRow,
    pub priority: Priority,
    /// The one that is expected to end last comes first; none when it starts in a moment.
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
    pub capacity: Option<Capacity>,
    /// Starts over time.
    #[serde(default)]
    pub rate: Option<Rate>,
}

/// Pauses a thing, or lets its runs start again. Its live runs go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetPause {
    pub what: PauseKey,
    pub paused: bool,
    /// When the pause ends by itself.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Why, for whoever sees it; at most 500 characters.
    #[serde(default)]
    pub note: String,
}

/// Stops every run that matches, as [`super::CancelRun`] does with one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CancelRuns {
    /// Name or id of a task.
    pub task: Option<String>,
    /// Name or id of a profile.
    pub profile: Option<String>,
    /// Those of one start over many.
    pub batch: Option<BatchId>,
    /// Those that wait alone; what runs goes on.
    pub waiting: bool,
    /// Those in any of these states; empty means every live one.
    pub states: Vec<RunState>,
    /// Those queued since then.
    pub since: Option<Timestamp>,
}

/// Starts every ended run that matches again, each once. With no state those that failed, timed out or were lost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RerunRuns {
    /// Name or id of a task.
    pub task: Option<String>,
    /// Name or id of a profile.
    pub profile: Option<String>,
    /// Those of one start over many.
    pub batch: Option<BatchId>,
    /// Those that ended so.
    pub states: Vec<RunState>,
    /// Those queued since then.
    pub since: Option<Timestamp>,
    /// With the task's newest version instead of the one that ran.
    pub latest: bool,
}
