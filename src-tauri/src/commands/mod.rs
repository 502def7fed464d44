//! The commands of the window: one for each request of the model, a file for each area.

mod batches;
mod browsers;
mod cookies;
mod extensions;
mod keeping;
mod machine;
mod profiles;
mod proxies;
mod queue;
mod runs;
mod schedules;
mod shell;
mod table;
mod tasks;
mod tokens;

pub use table::with_commands;
