//! The proof that nobody has a profile open.

use std::{
    any::Any,
    fmt,
    path::{Path, PathBuf},
};

use super::error::Result;
use crate::lock;

/// A profile that no browser has open and that none will open while this value lives.
pub struct Stopped {
    folder: PathBuf,
    /// Whatever keeps others from starting a browser, for instance the lease.
    _guard: Box<dyn Any + Send>,
}

impl fmt::Debug for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stopped")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl Stopped {
    /// Looks at Chrome's own lock as well: a stale one is removed, a held one is an error.
    ///
    /// `guard` is what keeps Drover itself from starting a browser on the folder meanwhile; it is let go with the
    /// value. `folder` is the browser's data folder.
    pub fn prove(folder: &Path, guard: impl Send + 'static) -> Result<Self> {
        lock::claim(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            _guard: Box::new(guard),
        })
    }

    /// The browser's data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Looks at the lock again, before something that cannot be taken back: a person may have started Chrome by hand.
    pub(super) fn still(&self) -> Result<()> {
        Ok(lock::claim(&self.folder)?)
    }
}
