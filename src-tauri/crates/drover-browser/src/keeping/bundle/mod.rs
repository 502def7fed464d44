//! Bundles: a profile in one file, to be kept elsewhere or taken to another machine.
//!
//! A bundle is a zip file. Its last entry lists all others with size and checksum, so a file that is cut off has no
//! list, and one that was changed does not fit it.

mod list;
mod read;
mod write;

pub use read::{import_bundle, inspect_bundle};
pub use write::{BundleAbout, export_bundle};
