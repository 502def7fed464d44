//! Pictures of every screen.

mod browser;
mod policy;
mod screens;
mod serve;
mod verb;

pub(crate) use verb::shots;
