//! The tray: what it shows is a pure function of the engine's summary.

mod draw;
#[cfg_attr(target_os = "linux", path = "host_linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "host_elsewhere.rs")]
mod host;
mod icon;
mod menu;
mod pick;

pub(crate) use draw::show;
pub(crate) use host::TrayHost;
