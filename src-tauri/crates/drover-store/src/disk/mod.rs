//! A disk for tests: it forgets what was not flushed when its power is cut, and fails on order.

mod files;
mod shim;

pub(super) use files::{Disk, Fault, Keep, Op, scatter};
