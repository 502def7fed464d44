//! The private folder of a running attempt: sockets, inline scripts, pictures that may not be kept.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::surroundings::{looks, temporary};

/// Removed with everything in it when dropped.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes a folder that nobody else can read below `parent`.
    pub(crate) fn create(parent: &Path) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        loop {
            // Short, because the name of a socket in it ends at about 100 bytes.
            let name = format!(
                "drover-{}-{}",
                std::process::id(),
                COUNT.fetch_add(1, Ordering::Relaxed)
            );
            let folder = parent.join(name);
            match DirBuilder::new().mode(0o700).create(&folder) {
                Ok(()) => {
                    let scratch = Self(folder);
                    for inside in [looks(scratch.path()), temporary(scratch.path())] {
                        DirBuilder::new().mode(0o700).create(inside)?;
                    }
                    return Ok(scratch);
                }
                // Left by an earlier life with this process id, or laid there by somebody else.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok(); // the system clears its temporary folder as well
    }
}
