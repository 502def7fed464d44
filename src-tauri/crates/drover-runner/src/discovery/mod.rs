//! Which tests a project has, as its own runner lists them. Test files are loaded for that, and nothing in them is run.

mod answer;
mod list;
mod playwright;
mod problem;
mod pytest;

pub use list::{ListError, Wanted, list_tests};

/// Of more tests than these the rest is left out: nobody ticks them one by one.
const MOST_TESTS: usize = 20_000;
