//! The written form of a task: the same keys in TOML, JSON, the database and the window.

mod checked;
mod file;
mod written;

pub use file::{ArtifactsFile, LimitsFile, RetriesFile, TaskFile, TimeoutFile, TokenFile};
