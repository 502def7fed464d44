//! What lasts: profiles, proxies, token references, tasks, runs, events and settings in one
//! `SQLite` file. One thread writes and commits in groups; a few connections read.
//!
//! What it is not: it never sees a secret, starts nothing, decides nothing about a run but
//! whether a step is allowed, and reads no clock. No SQL text is found outside this crate.

pub mod backup;
mod column;
#[cfg(all(target_os = "linux", any(test, feature = "testing")))]
pub mod disk;
mod error;
pub mod failpoint;
mod filter;
mod group;
mod lock;
mod moment;
mod open;
#[cfg_attr(unix, path = "platform/unix.rs")]
#[cfg_attr(not(unix), path = "platform/elsewhere.rs")]
mod platform;
mod reader;
mod schema;
mod store;
mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod writer;

pub use error::{Error, Result};
pub use lock::FolderLock;
pub use moment::{Conditions, MemoryShort, Moment};
pub use reader::{Reading, Snapshot};
#[cfg(feature = "bench")]
pub use store::Lax;
pub use store::{Health, Opened, Store};
pub use table::{
    advance::{Applied, Charge, MoveDetail},
    attempt::{APP_STOPPED, Budget},
    batch::{FailedRun, NewBatch},
    cancel::RunFilter,
    claim::{Claimed, LiveRun},
    follow::Upstream,
    missed::MissedRow,
    pass::{NewSkip, Pass, Passed},
    proxy::AddressChange,
    retention::EndedRun,
    run::{NewRun, Origin},
    schedule::{LiveItem, PauseOver, Resumed, StoredSchedule},
    token::TokenPhase,
};
pub use writer::Writing;
