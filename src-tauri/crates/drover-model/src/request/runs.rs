//! Requests about runs and the queue.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{BatchId, RunId, RunRow, RunState, ScheduleId, schedule::MissedReport};

/// Runs, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListRuns {
    /// Any of these; empty means every state.
    pub states: Vec<RunState>,
    /// Task name or id.
    pub task: Option<String>,
    /// Profile name or id.
    pub profile: Option<String>,
    pub since: Option<Timestamp>,
    /// Those alone that wait for a person: parked, or lost and asking.
    pub needs_you: bool,
    /// What this schedule made, with the times that it skipped.
    pub schedule: Option<ScheduleId>,
    /// The runs of this fan-out.
    pub batch: Option<BatchId>,
    /// What that look of the planner found missed: the runs that catch up and the rows of the times that did not run.
    /// See [`MissedReport::look`].
    pub missed: Option<u64>,
    /// Only runs older than this one: the `next` of the page before.
    pub cursor: Option<RunId>,
    /// At most this many; 0 means 200.
    pub limit: u32,
}

/// A stretch of runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunList {
    pub rows: Vec<RunRow>,
    /// How many match.
    pub total: u32,
    /// The cursor of the next page, if there is one.
    pub next: Option<RunId>,
    /// The newest event that this list contains.
    pub seq: u64,
}

/// One run with everything known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetRun {
    pub run: RunId,
}

/// Starts the same version with the same inputs again, linked to this run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RerunRun {
    pub run: RunId,
    /// With the task's newest version instead.
    #[serde(default)]
    pub latest: bool,
}

/// Answers a lost run that asks what to do: it needs nobody any more, and stays lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleRun {
    pub run: RunId,
}

/// Keeps runs and their files whatever their age, or lets them go again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinRuns {
    pub runs: Vec<RunId>,
    pub pinned: bool,
}

/// What a retention would remove now, by age and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviewRetention {}

/// Removes it, and answers what was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplyRetention {}

/// Stops a run. A second time kills what is left of it at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelRun {
    pub run: RunId,
}

/// Lets a parked run go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumeRun {
    pub run: RunId,
}

/// A stretch of a run's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadLog {
    pub run: RunId,
    /// The first line wanted; counts from 1.
    #[serde(default)]
    pub from_seq: u64,
    /// At most this many; 0 means 1,000.
    #[serde(default)]
    pub limit: u32,
}

/// A picture or file that a run left. Only paths that the run lists are answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadArtifact {
    pub run: RunId,
    /// As in [`crate::run::Artifact::path`].
    pub path: String,
}

/// The content of an artifact. The window gets it as raw bytes instead.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArtifactBytes(pub Vec<u8>);

/// Opens a trace that a run left, in Playwright's viewer and without a network. The engine serves it on the loopback
/// address until nobody has looked at it for a while; several can be open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenTrace {
    pub run: RunId,
    /// As in [`crate::run::Artifact::path`]; the run's only trace when not said.
    #[serde(default)]
    pub path: Option<String>,
    /// Shows it in the browser that the system uses for web pages.
    #[serde(default)]
    pub show: bool,
}

/// A trace that can be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedTrace {
    /// As in [`crate::run::Artifact::path`].
    pub path: String,
    /// Opens the viewer once: whoever comes second with it is turned away. `None` when it was shown.
    pub url: Option<String>,
}

/// Counts for the frame and the tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetSummary {}

/// What goes on at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Starting, running and stopping.
    pub running: u32,
    pub queued: u32,
    /// Parked runs, and lost ones that wait for an answer.
    pub needs_you: u32,
    pub failed_24h: u32,
    pub paused: bool,
    /// Why the database cannot be written at the moment. Nothing starts and nothing is saved until it can; Drover
    /// keeps trying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_error: Option<String>,
    /// The free bytes of the data folder's disk, while they are too few for anything to start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk_low: Option<u64>,
    pub profiles: u32,
    pub tasks: u32,
    /// The newest runs, newest first, at most five.
    pub last: Vec<RunRow>,
    /// What was missed within the last seven days and not answered yet, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<MissedReport>,
    pub seq: u64,
}

/// Pauses or resumes the queue. What runs goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseQueue {
    pub paused: bool,
}
