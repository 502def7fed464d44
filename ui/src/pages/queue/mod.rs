//! The queue: what waits and why, what runs, and the limits.

mod limit_dialog;
mod limits;
mod live;
mod orders;
mod page;
mod reason;
mod stop_all;
mod waiting;
mod waiting_row;

pub use page::Queue;
pub(super) use reason::{ReasonLine, reason_list};
