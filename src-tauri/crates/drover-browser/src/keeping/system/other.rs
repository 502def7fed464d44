//! Systems without those calls: plain copies, one synchronisation for each file, two renames.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// Blocks are not shared here.
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Linux")]
pub(in crate::keeping) fn share(_from: &File, _to: &File) -> io::Result<bool> {
    Ok(false)
}

/// Makes everything that was written below `folder` last.
pub(in crate::keeping) fn sync_all_below(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            sync_all_below(&entry.path())?;
        } else if kind.is_file() {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()
}

/// Folders are not exchanged in one step here.
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Linux")]
pub(in crate::keeping) fn exchange(_a: &Path, _b: &Path) -> io::Result<bool> {
    Ok(false)
}
