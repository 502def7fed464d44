//! One file a noun: its grammar, what it asks, and how it prints the reply.

pub(crate) mod artifacts;
pub(crate) mod cancel;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod log;
pub(crate) mod profile;
pub(crate) mod profile_edit;
pub(crate) mod proxy;
pub(crate) mod queue;
pub(crate) mod rerun;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod show;
pub(crate) mod task;
pub(crate) mod task_plan;
pub(crate) mod token;
mod watching;
