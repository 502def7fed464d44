//! Requests about schedules: what a rule means, and what it would do.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::schedule::{NextRun, Problem, ScheduleFile, Simulation};

/// What a schedule means and when it is due next. Nothing is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviewSchedule {
    pub file: ScheduleFile,
    /// At most so many times; 0 means 10.
    #[serde(default)]
    pub count: u32,
    /// After this moment instead of now.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Also lets the planner work through so many days.
    #[serde(default)]
    pub simulate_days: Option<u32>,
}

/// The answer to [`PreviewSchedule`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SchedulePreview {
    /// The trigger as a sentence, such as `At 09:00, Monday to Friday`. Empty with problems.
    pub words: String,
    /// The zone that counts, such as `Europe/Berlin`.
    pub zone: Option<String>,
    pub next: Vec<NextRun>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulation: Option<Simulation>,
    /// What is wrong; then everything else is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}
