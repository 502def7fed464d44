//! A queue in memory: the same promises by the plainest means, and so the measure for the others.

mod limits;
mod lines;
mod queue;
mod state;

pub use queue::{MemoryChanges, MemoryQueue};
