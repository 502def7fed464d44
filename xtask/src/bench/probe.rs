//! How fast the disk takes what must stay: 4 KiB appended and flushed, again and again.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};

/// A rate that moved by more than this factor says that somebody else used the disk.
const STEADY: f64 = 2.0;

/// Flushes per second, where the suite writes.
pub(crate) fn probe(folder: &Path, flushes: u32) -> Result<f64> {
    let path = folder.join("probe");
    let flushed =
        flush(&path, flushes).with_context(|| format!("failed to write to `{}`", folder.display()));
    fs::remove_file(&path).ok(); // it may never have been made
    flushed
}

fn flush(path: &Path, flushes: u32) -> Result<f64> {
    let mut file = File::create(path)?;
    let block = [0x5a; 4096];
    let started = Instant::now();
    for _ in 0..flushes {
        file.write_all(&block)?;
        file.sync_data()?;
    }
    Ok(f64::from(flushes) / started.elapsed().as_secs_f64())
}

/// Whether two probes tell of the same disk.
pub(crate) fn steady(before: f64, after: f64) -> bool {
    before.max(after) <= STEADY * before.min(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_counts_and_leaves_nothing() {
        let folder = std::env::temp_dir().join(format!("xtask-probe-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        assert!(probe(&folder, 3).unwrap() > 0.0);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::remove_dir_all(&folder).unwrap();
        assert!(
            probe(&folder, 1)
                .unwrap_err()
                .to_string()
                .contains("failed to write")
        );
    }

    #[test]
    fn a_disk_that_moved_is_seen() {
        assert!(steady(500.0, 900.0) && !steady(500.0, 1_100.0) && !steady(1_100.0, 500.0));
    }
}
