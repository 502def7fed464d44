//! A profile's overrides, in force before the first request of every page, popup and worker.

mod apply;
mod client_hints;
mod keep;

pub(crate) use keep::keep;
