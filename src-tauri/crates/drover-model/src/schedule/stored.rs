//! A schedule as it is kept, with how it stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Reason, ScheduleSpec};
use crate::{Caller, RunId, RunState, ScheduleId, TaskId};

/// A stored schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub id: ScheduleId,
    /// 1 for a new one; it grows with every save.
    pub version: u32,
    /// Its rule and policies, with today's names of its tasks. `enabled` is false while it is paused.
    pub spec: ScheduleSpec,
    pub task_id: TaskId,
    /// The trigger as a sentence, in the language of the engine's settings; others are made from `spec`.
    pub words: String,
    pub state: ScheduleState,
    /// Why it is [`ScheduleState::Broken`], as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    /// The next nominal time. One that follows a task has none.
    pub next: Option<Timestamp>,
    /// The newest row that it made.
    pub last: Option<LastStart>,
    /// Its runs that wait or go on.
    pub live: u32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Timestamp>,
}

/// A schedule that this Drover cannot read, as another one may have kept it. It starts nothing until it is saved anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenSchedule {
    pub id: ScheduleId,
    pub name: String,
    pub task_id: TaskId,
    /// The one that a save in its place begins from.
    pub version: u32,
    /// What cannot be read, as a fragment.
    pub problem: String,
    /// What to do about it, as an order.
    pub hint: String,
    /// As it is kept: JSON, or what was to be.
    pub written: String,
}

/// How a schedule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleState {
    /// It starts runs at its times.
    Active,
    /// It waits until somebody resumes it, or until the pause ends.
    Paused,
    /// It has no further time.
    Over,
    /// It cannot start anything: its task is gone, or its zone is unknown.
    Broken,
}

/// Since when a schedule plans nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub since: Timestamp,
    pub by: Caller,
    /// It is resumed then by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// The newest row of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastStart {
    pub run: RunId,
    /// The nominal time; when it was made, for one that follows a task or was started by hand.
    pub at: Timestamp,
    pub state: RunState,
    /// Why it is where it is, as a code.
    pub reason: Option<String>,
    /// How many nominal times the row stands for.
    pub covers: u32,
}

impl LastStart {
    /// Whether nothing was run, and for that reason.
    #[must_use]
    pub fn was_skipped_for(&self, reason: Reason) -> bool {
        !self.state.is_live() && self.reason.as_deref() == Some(reason.code())
    }
}
