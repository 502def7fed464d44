//! How a long piece of work is watched and stopped.

use std::{
    cell::Cell,
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use drover_model::KeepProgress;

use super::{KeepError, error::Result};

/// Watches a piece of work, and stops it when `cancel` is set.
pub struct Job<'a> {
    cancel: &'a AtomicBool,
    progress: &'a dyn Fn(KeepProgress),
    so_far: Cell<KeepProgress>,
}

impl fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("so_far", &self.so_far)
            .finish_non_exhaustive()
    }
}

impl<'a> Job<'a> {
    /// `progress` is called often, at least once a file; it must be quick.
    pub fn new(cancel: &'a AtomicBool, progress: &'a dyn Fn(KeepProgress)) -> Self {
        Self {
            cancel,
            progress,
            so_far: Cell::default(),
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.cancel.load(Ordering::Relaxed) {
            Err(KeepError::Cancelled)
        } else {
            Ok(())
        }
    }

    pub(super) fn expects(&self, all_files: u64, all_bytes: u64) {
        self.so_far.set(KeepProgress {
            all_files,
            all_bytes,
            ..KeepProgress::default()
        });
        (self.progress)(self.so_far.get());
    }

    pub(super) fn did(&self, files: u64, bytes: u64) {
        let mut so_far = self.so_far.get();
        so_far.files += files;
        so_far.bytes += bytes;
        self.so_far.set(so_far);
        (self.progress)(so_far);
    }
}
