//! The task that is being composed.

mod action;
mod edit;
mod fields;
mod locator;
mod recording;
mod reduce;
mod rows;
mod work;

pub use action::{DraftAction, LimitKind, ParameterEdit, StepEdit};
pub use locator::{LOCATOR_WAYS, WAIT_WAYS, lines, shown_locator};
pub use recording::Recording;
pub use rows::{EnvRow, ParameterRow};
pub use work::{Draft, Pick, Saved, Target};
