//! What every queue of runs promises, wherever it keeps them.

mod contract;
mod local;

pub use contract::{
    Abilities, ClaimWant, Control, Durability, Enqueued, Moved, OwnerId, QueueError, Recovered,
    RunQueue, RunToken, Taken,
};
pub use local::{Clocked, ClockedChanges};
