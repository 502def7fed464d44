//! Built-in steps: what Drover does in a page by itself, with real input and honest failures.

mod actions;
mod failure;
mod prepared;
mod probe;
mod run;

pub use failure::{Found, StepFailure, StepProblem};
pub use prepared::{Awaited, PreparedAction, PreparedStep, Target, Way};
pub use run::{Outputs, StepEvent, run_steps};
