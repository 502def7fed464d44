//! What may start, and when: the clock that everything is told, the queue over the
//! store, the claim loop that fills free workers, and the planner that turns schedules
//! into rows.
//!
//! What it is not: it starts nothing itself. A claimed run is handed to the function that
//! the engine passes in, and the store's constraints, not this crate, decide who wins.

pub mod claim_loop;
pub mod clock;
#[cfg(feature = "testing")]
pub mod conformance;
pub mod local_queue;
#[cfg(feature = "testing")]
mod manual_clock;
#[cfg(feature = "testing")]
pub mod memory;
pub mod planner;
#[cfg_attr(target_os = "linux", path = "platform/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "platform/elsewhere.rs")]
mod platform;
pub mod queue;
pub mod schedule;
pub mod settle;
pub mod slept_clock;

pub use claim_loop::{Capacity, claim_loop};
pub use clock::{Clock, SystemClock};
pub use local_queue::{LANE_CAP, LocalQueue};
#[cfg(feature = "testing")]
pub use manual_clock::ManualClock;
pub use planner::{Planner, planner_loop};
pub use slept_clock::SleptClock;
