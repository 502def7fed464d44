//! Requests about tasks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{FieldError, Plan, RunId, RunState, Task, TaskFile, TaskId, schedule::EndedAs};

/// All tasks at their newest version, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListTasks {
    /// Those in the trash instead of the living.
    pub removed: bool,
}

/// A task with what its list shows beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskSummary {
    pub task: Task,
    /// The newest runs, newest first, at most 20.
    pub last: Vec<LastRun>,
    /// The median time of task code over those that ended, in milliseconds.
    pub median_ms: Option<u64>,
}

/// A run as a bar in the task list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    pub run: RunId,
    pub state: RunState,
    pub ran_ms: Option<u64>,
}

/// One task, by id or by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetTask {
    pub task: String,
    /// The newest when not said.
    #[serde(default)]
    pub version: Option<u32>,
}

/// Saves a task as a new one, or as the next version of the one with that id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveTask {
    #[serde(default)]
    pub id: Option<TaskId>,
    /// The version that was edited; a newer one in between is a conflict.
    #[serde(default)]
    pub from_version: Option<u32>,
    pub file: TaskFile,
}

/// Puts a task into the trash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveTask {
    pub task: TaskId,
}

/// Takes a task out of the trash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreTask {
    pub task: TaskId,
}

/// With what a task is started, beyond what it says itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StartOptions {
    /// Names or ids; they replace the task's own choice.
    pub profiles: Vec<String>,
    /// Every profile with this tag; it replaces the task's own choice.
    pub tag: Option<String>,
    /// Every profile of this saved set; it replaces the task's own choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    /// With `tag` or `set`: so many of its profiles, picked at random.
    pub pick: Option<u32>,
    pub params: BTreeMap<String, Value>,
    /// When its runs have their turn.
    pub priority: crate::Priority,
    /// They wait until that run has ended so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<WaitsFor>,
}

/// A run that has to end first, and how. When it ends otherwise, what waits for it is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitsFor {
    pub run: RunId,
    #[serde(default)]
    pub on: EndedAs,
}

/// What would run. Nothing is started and nothing is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlanTask {
    /// A stored task by id or name …
    pub task: Option<String>,
    /// … or one that is being written.
    pub file: Option<TaskFile>,
    pub options: StartOptions,
}

/// The answer to [`PlanTask`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanReport {
    /// One plan a run; at most 100 of them.
    pub plans: Vec<Plan>,
    /// How many runs would start.
    pub runs: u32,
    /// What keeps it from running; no plan then.
    pub problems: Vec<FieldError>,
    /// What deserves a look although it would run.
    pub warnings: Vec<String>,
}

/// Starts a task now: one queued run per profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartTask {
    /// Id or name.
    pub task: String,
    #[serde(default)]
    pub options: StartOptions,
    /// Made by the caller; the same id again is answered with the same runs,
    /// so that a double click is one start.
    #[serde(default)]
    pub request_id: Option<String>,
}
