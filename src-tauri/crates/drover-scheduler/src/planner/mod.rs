//! The planner at work: it reads schedules, looks at the clocks, and writes what is due.
//! What is due at all is decided by [`crate::schedule`], which waits for nothing and writes nothing.

mod error;
mod follow;
mod guarded;
mod known;
mod look;
mod passes;
mod planner_loop;
mod rows;
mod starts;
mod turn;

pub use error::{Error, Result};
pub use planner_loop::planner_loop;
pub use starts::{Prepared, StartItem, Starts, Unplanned};
pub use turn::{Planner, Turned};
