//! How fast the disk takes what must stay: 4 KiB appended and flushed, again and again.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};

/// A rate that moved by more than this factor says that somebody else used the disk.
const STEADY: f64 = 2.0;

/// What the disk did.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    /// Milliseconds of each flush.
    pub(crate) ms: Vec<f64>,
}

impl Probe {
    /// Flushes per second.
    pub(crate) fn rate(&self) -> f64 {
        let total: f64 = self.ms.iter().sum();
        let flushes = u32::try_from(self.ms.len()).map_or(f64::MAX, f64::from);
        flushes / total * 1_000.0
    }
}

/// Appends and flushes so often, where the suite writes.
pub(crate) fn probe(folder: &Path, flushes: u32) -> Result<Probe> {
    let path = folder.join("probe");
    let flushed =
        flush(&path, flushes).with_context(|| format!("failed to write to `{}`", folder.display()));
    fs::remove_file(&path).ok(); // it may never have been made
    flushed
}

fn flush(path: &Path, flushes: u32) -> Result<Probe> {
    let mut file = File::create(path)?;
    let block = [0x5a; 4096];
    let mut ms = Vec::new();
    for _ in 0..flushes {
        let started = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        ms.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(Probe { ms })
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
        let probed = probe(&folder, 3).unwrap();
        assert!(probed.rate() > 0.0 && probed.ms.len() == 3);
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
