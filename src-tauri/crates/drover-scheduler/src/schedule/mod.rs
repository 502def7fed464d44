//! When things are due: which instants a schedule names in its zone, and what the planner
//! makes of them. Everything here is told the time; nothing waits, reads or writes.

pub mod agenda;
mod apart;
mod civil;
mod cron_slots;
pub mod csv;
mod draft;
pub mod earliest;
pub mod fan_out;
pub mod follow;
mod hash;
mod load;
mod mend;
pub mod missed;
pub mod overlap;
pub mod plan;
pub mod preview;
pub mod simulate;
pub mod slot;
pub mod tick;
pub mod timetable;
pub mod warnings;
pub mod zones;

pub use agenda::Agenda;
pub use csv::{CsvRow, CsvTable};
pub use draft::{CATCH_UP_SPREAD, SETTLE};
pub use earliest::earliest;
pub use fan_out::spread_starts;
pub use follow::{MAX_DEPTH, cycle, follows, occurrence_of};
pub use missed::missed_report;
pub use overlap::{Blocker, Item, Live, judge_one};
pub use plan::{Cursor, Moment, Planned, Policy, Row, Verdict, Wake, plan};
pub use preview::{density, next_run, next_runs};
pub use simulate::{Simulated, simulate};
pub use slot::{Slot, SlotKind};
pub use tick::{ClockEvent, ClockWatch, Tick, sleep_until};
pub use timetable::Timetable;
pub use warnings::{Watched, warnings};
pub use zones::Zones;
