//! What is removed of old runs, and what that frees.

use serde::{Deserialize, Serialize};

/// What a retention removes, or has removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Retention {
    /// Runs that are forgotten with everything about them.
    pub runs: u32,
    /// Runs that stay without their log and files, the forgotten ones not counted.
    pub files_of: u32,
    /// Bytes that this frees on the disk.
    pub bytes: u64,
    /// Bytes that logs and files of ended runs have before it.
    pub total_bytes: u64,
    /// Runs that would go, but are pinned.
    pub pinned: u32,
}
