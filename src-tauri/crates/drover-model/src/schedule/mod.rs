//! When a task runs: the written schedule, its checked form, the words for it, and what the
//! planner says about it. Which instants a rule names in a zone is for the scheduler.

pub mod batch;
pub mod clock;
pub mod cron;
pub mod file;
pub mod policy;
pub mod preview;
pub mod problem;
pub mod spec;
pub mod stored;
pub mod when;
pub mod window;
pub mod words;
mod written;

pub use batch::{BatchFile, BatchSpec, StopAfter};
pub use clock::{ClockChange, ClockKind};
pub use cron::Cron;
pub use file::{ScheduleFile, WhenFile};
pub use policy::{Missed, Overlap, OverlapScope, Reason};
pub use preview::{
    Clash, CsvProblem, Density, DensityDay, DstNote, Fix, MissedReport, MovedRule, NextRun,
    SimulatedRun, Simulation, Warning,
};
pub use problem::{Place, Problem, Problems};
pub use spec::ScheduleSpec;
pub use stored::{BrokenSchedule, LastStart, Pause, Schedule, ScheduleState};
pub use when::{AfterScope, EndedAs, When};
pub use window::{Blackout, Bound, Window};
pub use words::{Language, Words};
