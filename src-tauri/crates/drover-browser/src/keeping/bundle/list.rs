//! The list in a bundle.

use drover_model::BundleInfo;
use serde::{Deserialize, Serialize};

/// The name of the list.
pub(super) const LIST: &str = "drover-bundle.json";
/// Before the names of the profile's files.
pub(super) const DATA: &str = "chrome/";
/// Raised when an older Drover could not read it any more.
pub(super) const FORMAT: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct List {
    pub format: u32,
    pub info: BundleInfo,
    pub files: Vec<Listed>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Listed {
    /// Relative to the data folder, with `/`.
    pub path: String,
    pub bytes: u64,
    /// In hex.
    pub sha256: String,
}
