//! One file a table: its SQL, its rows, its tests.

pub(crate) mod advance;
pub(crate) mod artifact;
pub(crate) mod attempt;
pub(crate) mod batch;
pub(crate) mod claim;
mod event;
mod expiry;
pub(crate) mod follow;
mod lane;
mod limit;
pub(crate) mod missed;
pub(crate) mod pass;
mod pool;
mod profile;
mod profile_list;
pub(crate) mod proxy;
mod proxy_health;
mod queue_list;
pub(crate) mod run;
mod run_list;
pub(crate) mod schedule;
mod setting;
mod summary;
mod task;
pub(crate) mod token;
mod wait_reason;
