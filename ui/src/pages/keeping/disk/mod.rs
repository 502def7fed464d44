//! Snapshots of a profile, what it takes on disk, and copies of it.

mod bundle;
mod clone;
mod copies;
mod roll_back;
mod snapshots;
mod sweep;
mod tab;
mod take;
mod usage;

pub(in crate::pages) use tab::DiskTab;
