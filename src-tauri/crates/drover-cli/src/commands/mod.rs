//! One file a noun: its grammar, what it asks, and how it prints the reply.

pub(crate) mod artifacts;
pub(crate) mod attach;
pub(crate) mod browser;
pub(crate) mod cancel;
pub(crate) mod completions;
pub(crate) mod cookies;
pub(crate) mod doctor;
pub(crate) mod extension;
pub(crate) mod log;
pub(crate) mod profile;
pub(crate) mod profile_edit;
mod profile_keep;
mod profile_open;
mod profile_overrides;
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
pub(crate) mod why;
