//! One file a table: its SQL, its rows, its tests.

pub(crate) mod advance;
pub(crate) mod artifact;
pub(crate) mod attempt;
pub(crate) mod cancel;
pub(crate) mod claim;
mod deadline;
mod event;
mod lane;
mod limit;
mod pause;
mod profile;
mod profile_list;
mod proxy;
mod proxy_health;
mod queue_list;
pub(crate) mod retention;
pub(crate) mod run;
mod run_list;
mod setting;
mod summary;
mod task;
pub(crate) mod token;
mod turns;
mod wait_reason;
