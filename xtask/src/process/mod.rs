//! The one door of xtask for starting programs.

mod cmd;
#[cfg_attr(unix, path = "group_unix.rs")]
#[cfg_attr(not(unix), path = "group_other.rs")]
mod group;
mod plain;

pub(crate) use cmd::{Cmd, Teed};
pub(crate) use group::{Group, Interrupt};
pub(crate) use plain::plain;
