//! What a schedule will do, as the editor, the calendar and the command line show it.

use jiff::{Timestamp, civil::Date, civil::DateTime};
use serde::{Deserialize, Serialize};

use super::Reason;
use crate::{Name, RunState, Span};

/// A coming start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextRun {
    /// The nominal time.
    pub at: Timestamp,
    /// When it may start, with its jitter.
    pub not_before: Timestamp,
    /// The clock in the schedule's zone.
    pub local: DateTime,
    /// The zone's own short name then, such as `CET`.
    pub abbreviation: String,
    /// The clock in the operator's zone.
    pub operator: DateTime,
    /// What the clocks do to this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<DstNote>,
}

/// What a change of the clocks does to a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DstNote {
    /// The local time does not exist that day; it runs at the first one after it.
    Moved { asked: DateTime, runs: DateTime },
    /// The local time comes twice; this is its only run, at the first.
    FirstOfTwo,
    /// The local time comes twice, and both run; this is the first.
    FirstPass,
    /// The local time comes twice, and both run; this is the second.
    SecondPass,
    /// The local times from the first to the last do not exist and are not run.
    Missing { first: DateTime, last: DateTime },
}

/// How many starts fall into each hour of seven days, in the operator's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Density {
    pub days: Vec<DensityDay>,
    /// A schedule had more starts than were counted.
    pub cut: bool,
}

/// One day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DensityDay {
    pub date: Date,
    /// The hours 0 to 23. An hour that comes twice counts both, one that is missing counts 0.
    pub hours: Vec<u32>,
}

/// Schedules that get into each other's way, or times that the clocks take away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub clash: Clash,
    /// When it happens first.
    pub at: Timestamp,
    /// How often within the days that were looked at.
    pub times: u32,
    /// What one click changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

/// What gets in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Clash {
    /// Several schedules want one profile in the same minute.
    SameProfile { profile: Name, schedules: Vec<Name> },
    /// More runs start in one minute than may go on at once.
    TooManyStarts { starts: u32, slots: u32 },
    /// The clocks leave out a time that the schedule names.
    RemovedByClock { schedule: Name, local: DateTime },
}

/// The change that a warning offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fix {
    /// Give these schedules that jitter.
    Jitter { schedules: Vec<Name>, jitter: Span },
    /// Spread the many starts of this schedule over that period.
    Spread { schedule: Name, spread: Span },
    /// Write this rule instead.
    Cron { schedule: Name, cron: String },
    /// Write these rules instead: the same ones, some minutes later.
    Rules { rules: Vec<MovedRule> },
}

/// A rule in place of the one that a schedule has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedRule {
    pub schedule: Name,
    pub cron: String,
}

/// What the planner would write within some days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Simulation {
    /// How many would run.
    pub runs: u64,
    /// How many times would be skipped, with those that a row covers.
    pub skipped: u64,
    pub expired: u64,
    /// How often the planner looked at the schedules.
    pub passes: u64,
    /// The first of them, in order of time, as many as were asked for.
    pub first: Vec<SimulatedRun>,
    /// There was more than one simulation takes on; it went as far as this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_at: Option<Timestamp>,
}

/// One row that the planner would write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedRun {
    pub schedule: Name,
    pub at: Timestamp,
    /// `queued`, `skipped` or `expired`.
    pub state: RunState,
    pub covers: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// What was missed while nobody could start anything, for the one notification after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedReport {
    /// The nominal times, of all schedules together.
    pub missed: u32,
    pub first: Timestamp,
    pub last: Timestamp,
    /// How many runs catch up.
    pub queued: u32,
    /// How many of the times will not run, expired ones included.
    pub skipped: u32,
    /// Names the look that found them; the runs and rows of it carry the same number.
    #[serde(default)]
    pub look: u64,
}

impl MissedReport {
    /// Both together, under the look of this one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            missed: self.missed.saturating_add(other.missed),
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            queued: self.queued.saturating_add(other.queued),
            skipped: self.skipped.saturating_add(other.skipped),
            look: self.look,
        }
    }
}

/// A mistake in a table of parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsvProblem {
    /// Counted from 1, the header included, as editors do.
    pub line: usize,
    /// Counted from 1, the header not included; `None` when the header or all is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// The name in the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    pub message: String,
}
