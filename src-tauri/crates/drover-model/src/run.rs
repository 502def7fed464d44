//! Runs: one occurrence of a task, its attempts, and what came of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    BatchId, Name, NetworkUse, Plan, ProfileId, RunId, RunState, ScheduleId, StopIntent, TaskId,
    task::Kind,
};

/// A run as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRow {
    pub id: RunId,
    /// The task's name.
    pub task: Name,
    pub task_id: TaskId,
    pub task_version: u32,
    pub kind: Kind,
    /// The profile's name.
    pub profile: Option<Name>,
    pub profile_id: Option<ProfileId>,
    pub state: RunState,
    /// Why it is where it is, as a code such as `exit_code` or `run_limit`.
    pub reason: Option<String>,
    /// The same in words.
    pub message: Option<String>,
    /// The current or last attempt, from 1.
    pub attempt: u32,
    pub stop_intent: Option<StopIntent>,
    pub queued_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// From `queued_at` to the start of task code, or to the end.
    pub waited_ms: Option<u64>,
    /// From the start of task code to the end.
    pub ran_ms: Option<u64>,
    /// The run that this one repeats.
    pub rerun_of: Option<RunId>,
    /// It is lost, and waits for a person to say what is to be done.
    #[serde(default)]
    pub asks: bool,
    /// It is kept whatever its age.
    #[serde(default)]
    pub pinned: bool,
    /// When it is stopped if nobody lets it go on; only while it is parked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub park_ends_at: Option<Timestamp>,
    /// The schedule or the fan-out that made it; none for a single start by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RunOrigin>,
    /// The newest sequence number that this row contains.
    pub seq: u64,
}

/// Where a run comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOrigin {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleId>,
    /// The schedule's name today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule_name: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchId>,
    /// The time that the schedule named; of several that one row covers, the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nominal_at: Option<Timestamp>,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_at: Option<Timestamp>,
    /// How many named times the row stands for; 1 for a run.
    pub covers: u32,
    /// The item of the fan-out, such as `row:3`; empty for a single run.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// The run that it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<RunId>,
}

/// How the main process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExitStatus {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
}

/// A file that a run left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// `screenshot`, `trace`, `video`, `har`, `download`, `attachment` or `file`.
    pub kind: String,
    /// Relative to the data folder.
    pub path: String,
    pub bytes: u64,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    Running,
    Passed,
    Failed,
    Skipped,
}

/// A step or test of an attempt, as the run page lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRow {
    /// Position within the attempt, from 0.
    pub index: u32,
    pub title: String,
    pub state: StepState,
    /// Milliseconds since the attempt began.
    pub started_ms: u64,
    pub took_ms: Option<u64>,
    pub error: Option<String>,
}

/// How far an attempt has come, as the task itself says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Progress {
    pub done: f64,
    pub total: f64,
    pub label: String,
}

/// One try at a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub attempt: u32,
    pub claimed_at: Timestamp,
    pub running_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// How it ended; a run may go on with a further attempt.
    pub outcome: Option<String>,
    pub message: Option<String>,
    pub exit: Option<ExitStatus>,
    /// How the browser was ended: `closed`, `terminated` or `killed`.
    pub rung: Option<String>,
    #[serde(default)]
    pub steps: Vec<StepRow>,
    /// What went through its proxy; none without a proxy, and while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkUse>,
}

/// A run came to another state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunMove {
    pub at: Timestamp,
    /// The attempt that it stands at since then.
    pub attempt: u32,
    pub to: RunState,
}

/// A run with everything known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub row: RunRow,
    pub plan: Plan,
    pub attempts: Vec<Attempt>,
    /// Every state that it was moved to, oldest first, and when. Empty once its events are forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<RunMove>,
    pub exit: Option<ExitStatus>,
    pub outputs: BTreeMap<String, Value>,
    pub artifacts: Vec<Artifact>,
    pub progress: Option<Progress>,
    /// Why it waits, while it is queued.
    pub waits_because: Option<String>,
    /// When its log and files were removed by retention.
    #[serde(default)]
    pub files_removed_at: Option<Timestamp>,
}

/// The document that `drover-cli show --json` prints (interfaces.md).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunDocument {
    pub id: RunId,
    pub task: Name,
    pub task_version: u32,
    pub profile: Option<Name>,
    pub state: RunState,
    pub reason: Option<String>,
    pub message: Option<String>,
    /// Why it waits, while it is queued.
    #[serde(default)]
    pub waits_because: Option<String>,
    pub attempt: u32,
    pub queued_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub waited_ms: Option<u64>,
    pub ran_ms: Option<u64>,
    pub exit: Option<ExitStatus>,
    pub outputs: BTreeMap<String, Value>,
    pub artifacts: Vec<Artifact>,
    pub plan: Plan,
}

impl From<Run> for RunDocument {
    fn from(run: Run) -> Self {
        Self {
            id: run.row.id,
            task: run.row.task,
            task_version: run.row.task_version,
            profile: run.row.profile,
            state: run.row.state,
            reason: run.row.reason,
            message: run.row.message,
            waits_because: run.waits_because,
            attempt: run.row.attempt,
            queued_at: run.row.queued_at,
            started_at: run.row.started_at,
            finished_at: run.row.finished_at,
            waited_ms: run.row.waited_ms,
            ran_ms: run.row.ran_ms,
            exit: run.exit,
            outputs: run.outputs,
            artifacts: run.artifacts,
            plan: run.plan,
        }
    }
}
