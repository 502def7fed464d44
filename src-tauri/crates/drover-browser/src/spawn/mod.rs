//! The port through which every process is started.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod platform;
mod port;

pub use platform::ChildEnd;
pub use port::{BoxFuture, Exit, Process, ProcessIdentity, Spawn, SpawnRequest};
