//! Schedules against an independent implementation, over years, and against nonsense.
#![expect(
    clippy::unwrap_used,
    reason = "what a test's helpers cannot do is a failure of the test"
)]

mod bench;
mod clock_changes;
mod endurance;
mod golden;
mod nonsense;
mod planner;
mod preview;
mod walk;
mod years;
#[path = "../planner/zones_of_all_kinds.rs"]
mod zones_of_all_kinds;
