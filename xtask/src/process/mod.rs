//! The one door of xtask for starting programs.

mod cmd;
mod group;
mod plain;
#[cfg_attr(unix, path = "platform_unix.rs")]
#[cfg_attr(not(unix), path = "platform_other.rs")]
mod platform;

pub(crate) use cmd::{Cmd, Teed};
pub(crate) use group::Group;
pub(crate) use plain::plain;
pub(crate) use platform::Interrupt;
