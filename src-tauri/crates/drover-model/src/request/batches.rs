//! Requests about fan-outs.

use serde::{Deserialize, Serialize};

use super::StartOptions;
use crate::{
    Batch, BatchId, FieldError, ScheduleId,
    schedule::{BatchFile, CsvProblem},
};

/// Starts a task over many profiles or rows: one run each, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StartBatch {
    /// Id or name.
    pub task: String,
    pub options: StartOptions,
    /// A table whose header names parameters and perhaps `profile`; one run a row.
    pub csv: Option<String>,
    /// Run the good rows although others have problems.
    pub skip_bad_rows: bool,
    pub limits: BatchFile,
    /// Check everything and start nothing.
    pub dry: bool,
    /// As in [`super::StartTask`].
    pub request_id: Option<String>,
}

/// The answer to [`StartBatch`]. Without a batch nothing was started, and the problems say why.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BatchStart {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batch>,
    /// How many runs it makes, or would make.
    pub runs: u32,
    /// What is wrong in the table, by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<CsvProblem>,
    /// What else is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<FieldError>,
}

/// Fan-outs, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListBatches {
    /// Name or id of a task.
    pub task: Option<String>,
    pub schedule: Option<ScheduleId>,
    /// Only those with a live run.
    pub live: bool,
    /// Only those older than this one: the `next` of the page before.
    pub cursor: Option<BatchId>,
    /// At most so many; 0 means 100.
    pub limit: u32,
}

/// The answer to [`ListBatches`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BatchList {
    pub rows: Vec<Batch>,
    /// The cursor of the next page, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<BatchId>,
    /// The newest event that this contains.
    pub seq: u64,
}

/// One fan-out. Its runs are listed by [`super::ListRuns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetBatch {
    pub batch: BatchId,
}

/// Cancels the runs of a fan-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelBatch {
    pub batch: BatchId,
    /// Those that wait alone; what runs goes on.
    #[serde(default)]
    pub waiting: bool,
}

/// Starts the failed runs of a fan-out again, with the same inputs, as a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryBatch {
    pub batch: BatchId,
    /// As in [`super::StartTask`].
    #[serde(default)]
    pub request_id: Option<String>,
}
