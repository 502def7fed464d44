//! What is done with a stopped profile: snapshots, rollback, clones, bundles, disk use, the sweep of caches, and the
//! import of profiles from browsers that are used outside Drover.
//!
//! Everything here blocks, so the caller gives it a thread. Whatever is made is made beside its place, synchronised
//! and renamed: after an error or a crash there is the old state or the new one, never half of one.

mod bundle;
mod clone;
mod copy;
mod error;
mod foreign;
mod import;
mod job;
mod places;
mod recover;
mod rollback;
mod seal;
mod snapshot;
mod stopped;
mod sweep;
mod system;
mod usage;
mod walk;

pub use bundle::{BundleAbout, export_bundle, import_bundle, inspect_bundle};
pub use clone::clone_profile;
pub(crate) use copy::{Partial, create, make_folder, parent, remove_all};
pub use error::KeepError;
pub(crate) use error::at;
pub use foreign::{brand_of_root, foreign_profiles};
pub use import::import_foreign;
pub use job::Job;
pub use recover::recover;
pub use rollback::rollback;
pub use snapshot::{About, delete_snapshot, snapshot, snapshots};
pub use stopped::Stopped;
pub use sweep::{plan_sweep, sweep};
pub use usage::usage;
pub(crate) use walk::walk;
