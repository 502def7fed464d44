//! Fan-outs: the many runs of one start.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{BatchId, Name, ScheduleId, TaskId, schedule::BatchFile};

/// One fan-out. Its counts are those of its runs at the moment of the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub id: BatchId,
    pub task: Name,
    pub task_id: TaskId,
    /// The schedule that began it; none when somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule_name: Option<Name>,
    /// What it ran over, such as `tag eu, 50 at random` or `12 rows`.
    pub over: String,
    /// How it is spread and when it is given up.
    pub limits: BatchFile,
    pub counts: BatchCounts,
    /// When its failures reached `stop_after`, and the rest was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<Timestamp>,
    /// The batch whose failed runs this one repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<BatchId>,
    pub started_at: Timestamp,
    /// When its last run ended; none while one is live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// How many of a batch's runs stand where. They sum up to `total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BatchCounts {
    pub total: u32,
    pub waiting: u32,
    /// Starting, running, parked or stopping.
    pub running: u32,
    pub succeeded: u32,
    /// Failed, timed out or lost.
    pub failed: u32,
    pub cancelled: u32,
    /// Skipped or expired.
    pub skipped: u32,
}

impl BatchCounts {
    /// Whether none is live any more.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.waiting == 0 && self.running == 0
    }
}
