//! The shell: Drover's window, its tray and the command table between the window and the engine.
//!
//! What it is not: it decides nothing about profiles, tasks or runs. Each command hands its
//! request to one use case of the engine, and what the tray shows is drawn from the engine's facts.

mod app;
mod arguments;
mod closing;
mod commands;
mod pictures;
mod route;
#[cfg(test)]
mod shell_commands; // the build script's, compared with the grants
mod startup;
mod streams;
#[cfg_attr(unix, path = "system/unix.rs")]
#[cfg_attr(windows, path = "system/windows.rs")]
mod system;
mod tray;
mod watches;
mod window;

pub use app::main;
pub use commands::with_commands;
pub use startup::Startup;
pub use streams::forward_facts;
