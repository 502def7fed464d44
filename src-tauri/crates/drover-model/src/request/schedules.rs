//! Requests about schedules: what a rule means and would do, and those that are kept.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    Name, RunRow, Schedule, ScheduleId,
    schedule::{BrokenSchedule, Density, Fix, NextRun, Problem, ScheduleFile, Simulation, Warning},
};

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

/// Every schedule, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListSchedules {
    /// Name or id of a task: those that start it.
    pub task: Option<String>,
    /// Those in the trash instead of the living.
    pub removed: bool,
}

/// The answer to [`ListSchedules`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScheduleList {
    pub rows: Vec<Schedule>,
    /// Those that cannot be read, and start nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<BrokenSchedule>,
    /// The newest event that this contains.
    pub seq: u64,
}

/// One schedule, by id or by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetSchedule {
    pub schedule: String,
    /// At most so many coming times; 0 means 10.
    #[serde(default)]
    pub count: u32,
}

/// The answer to [`GetSchedule`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleDetail {
    pub schedule: Schedule,
    pub next: Vec<NextRun>,
    /// Its newest rows, newest first, at most 20.
    pub recent: Vec<RunRow>,
}

/// Saves a schedule as a new one, or in place of the one with that id. A saved schedule starts
/// at the moment of its saving and makes nothing up for the time before. `enabled = false`
/// saves it paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveSchedule {
    #[serde(default)]
    pub id: Option<ScheduleId>,
    /// The version that was edited; a newer one in between is a conflict.
    #[serde(default)]
    pub from_version: Option<u32>,
    pub file: ScheduleFile,
    /// A person has said yes to more than one start a minute.
    #[serde(default)]
    pub confirmed: bool,
}

/// Lets a schedule plan nothing until it is resumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseSchedule {
    pub schedule: ScheduleId,
    /// It is resumed then by itself.
    #[serde(default)]
    pub until: Option<Timestamp>,
    #[serde(default)]
    pub note: String,
}

/// Ends a pause. The times that passed meanwhile are one skipped row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumeSchedule {
    pub schedule: ScheduleId,
    /// Treat them as missed instead, as the schedule's own policy says.
    #[serde(default)]
    pub catch_up: bool,
}

/// Puts a schedule into the trash. Its runs go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveSchedule {
    pub schedule: ScheduleId,
}

/// Takes a schedule out of the trash. It begins anew at that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreSchedule {
    pub schedule: ScheduleId,
}

/// Starts a schedule's task now, with the schedule's parameters and fan-out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunScheduleNow {
    pub schedule: ScheduleId,
    /// As in [`super::StartTask`].
    #[serde(default)]
    pub request_id: Option<String>,
}

/// The coming days of all active schedules, in the zone of this computer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GetCalendar {
    /// The first day; today when not said.
    pub from: Option<Date>,
    /// At most 31; 0 means 7.
    pub days: u8,
}

/// The answer to [`GetCalendar`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The zone of the days and hours, such as `Europe/Berlin`.
    pub zone: String,
    pub density: Density,
    /// The single starts, in order; at most 2,000 of them, then `cut` is true.
    pub starts: Vec<CalendarStart>,
    pub cut: bool,
    /// What gets in each other's way, the most frequent first.
    pub warnings: Vec<Warning>,
    pub seq: u64,
}

/// A coming start in the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarStart {
    pub schedule: ScheduleId,
    pub name: Name,
    /// How many runs it starts.
    pub runs: u32,
    pub run: NextRun,
}

/// Carries out what a warning offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixSchedules {
    pub fix: Fix,
}

/// What to do about missed times, as [`crate::Fact::RunsMissed`] told of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleMissed {
    /// [`crate::schedule::MissedReport::look`].
    pub look: u64,
    pub way: MissedWay,
}

/// The answers to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissedWay {
    /// Also run what was skipped, the newest 1,000 at most, one behind the other.
    RunAll,
    /// Cancel what was to catch up and still waits.
    Cancel,
    /// Leave it as it was planned.
    Leave,
}
