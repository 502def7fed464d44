//! The queue: what waits and why, what runs, what is paused, and the limits.

mod drain;
mod limit_dialog;
mod limits;
mod live;
mod live_orders;
mod live_row;
mod names;
mod orders;
mod page;
mod pause_dialog;
mod pauses;
mod reason;
mod stop_all;
mod waiting;
mod waiting_row;
mod workers;

pub use page::Queue;
pub(super) use reason::{ReasonLine, reason_list};
