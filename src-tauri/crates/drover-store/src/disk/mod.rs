//! A disk for tests: it forgets what was not flushed when its power is cut, and fails on order.
#![expect(
    clippy::unwrap_used,
    reason = "it is used by tests alone, and there is nobody else whom it could tell"
)]

mod files;
mod shim;

pub use files::{At, Disk, Fault, Keep, Op, scatter};
