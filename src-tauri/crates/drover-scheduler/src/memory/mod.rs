//! A queue in memory: the same promises by the plainest means, and so the measure for the others.

mod batches;
mod limits;
mod lines;
mod pools;
mod queue;
mod state;

pub use queue::{MemoryChanges, MemoryQueue};
