//! Every test there is.

mod ignored;
mod suite;
mod suites;
mod summary;
mod verb;

pub(crate) use ignored::find_ignored;
pub(crate) use suite::Suite;
pub(crate) use verb::test;
