//! Node processes that are kept ready: each has Playwright loaded and waits for the one run that it will be.

mod fit;
mod order;
mod recipe;
mod shelf;
mod waiting;

pub use shelf::{SpareRules, Spares};

pub(crate) use fit::Fit;
pub(crate) use order::order;
pub(crate) use recipe::{Recipe, is_program};
pub(crate) use waiting::Spare;
