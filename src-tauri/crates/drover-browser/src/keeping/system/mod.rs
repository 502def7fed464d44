//! What each system does in its own way: sharing blocks, synchronising, exchanging folders.

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "other.rs")]
mod here;

pub(super) use here::{exchange, share, sync_all_below};

use std::{io, path::Path};

/// How many bytes can still be written where `folder` is.
pub(super) fn free(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Makes a rename in `folder` last.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}
