//! A checked schedule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    BatchSpec, Blackout, Bound, Missed, Overlap, OverlapScope, Problems, ScheduleFile, When, Window,
};
use crate::{Name, Span};

/// A complete schedule. It is read and written as a [`ScheduleFile`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ScheduleFile", into = "ScheduleFile")]
#[non_exhaustive]
pub struct ScheduleSpec {
    pub name: Name,
    pub task: Name,
    pub when: When,
    /// An IANA name such as `Europe/Berlin`; the scheduler knows which exist.
    /// Without one the engine writes the computer's own zone in, so that a journey does not
    /// move the schedule.
    pub zone: Option<String>,
    pub overlap: Overlap,
    pub overlap_scope: OverlapScope,
    /// How many may wait with `overlap = "queue_all"`.
    pub overlap_max: u32,
    pub missed: Missed,
    /// How many run with `missed = "run_all"`.
    pub missed_max: u32,
    /// How old a missed time may be and still run.
    pub catch_up: Span,
    /// Starts are moved later by up to that much, always by the same for the same time.
    pub jitter: Option<Span>,
    /// A run that has not started so long after its time expires.
    pub start_deadline: Option<Span>,
    pub from: Option<Bound>,
    pub until: Option<Bound>,
    /// Empty means: at any hour.
    pub windows: Vec<Window>,
    pub blackouts: Vec<Blackout>,
    /// Values for the task's parameters; the engine checks them against the task.
    pub parameters: BTreeMap<String, Value>,
    pub batch: BatchSpec,
    pub enabled: bool,
}

impl ScheduleSpec {
    /// The most runs that may wait or catch up.
    pub const MOST: u32 = 1_000;

    /// Writes a zone in where none is named.
    #[must_use]
    pub fn or_in_zone(mut self, zone: &str) -> Self {
        self.zone.get_or_insert_with(|| zone.to_owned());
        self
    }

    /// Whether it starts more than once a minute, which a person should confirm.
    #[must_use]
    pub fn needs_confirmation(&self) -> bool {
        match &self.when {
            When::Cron(cron) => cron.starts_per_minute() > 1,
            When::Every { step, .. } => *step < Span::seconds(60),
            When::At(_) | When::After { .. } => false,
        }
    }
}

impl TryFrom<ScheduleFile> for ScheduleSpec {
    type Error = Problems;

    fn try_from(file: ScheduleFile) -> Result<Self, Problems> {
        file.checked()
    }
}
