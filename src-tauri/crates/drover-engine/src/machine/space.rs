//! How much room there is where the data are.

use std::path::Path;

/// The room on one file system, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Space {
    /// What this user may still write.
    pub(crate) free: u64,
    total: u64,
}

/// Below so much free space nothing new starts.
const LOW: u64 = 1 << 30;
/// On a small file system it is this part of the whole instead.
const LOW_PART: u64 = 20;

impl Space {
    /// The room around a folder, where the system tells it.
    #[cfg(unix)]
    pub(crate) fn of(folder: &Path) -> Option<Self> {
        let found = rustix::fs::statvfs(folder).ok()?;
        Some(Self {
            free: found.f_bavail.saturating_mul(found.f_frsize),
            total: found.f_blocks.saturating_mul(found.f_frsize),
        })
    }

    #[cfg(not(unix))]
    pub(crate) fn of(_folder: &Path) -> Option<Self> {
        None
    }

    /// Whether nothing new should start.
    pub(crate) fn is_low(&self) -> bool {
        self.free < LOW.min(self.total / LOW_PART)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_disk_may_be_used_as_well() {
        const GB: u64 = 1_000_000_000;
        let is_low = |free, total| Space { free, total }.is_low();
        assert!(is_low(GB, 500 * GB));
        assert!(!is_low(2 * GB, 500 * GB));
        assert!(!is_low(GB, 8 * GB));
        assert!(is_low(GB / 4, 8 * GB));
        assert!(is_low(0, 4_000_000));
    }
}
