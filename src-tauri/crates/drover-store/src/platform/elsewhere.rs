//! Files and folders under the user's own folder, which only the owner may read there.

use std::{
    fs::{File, OpenOptions, create_dir_all},
    io,
    path::Path,
};

/// Makes the folder and those above it.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    create_dir_all(folder)
}

/// Opens a file for reading and writing, made when it is not there.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// A folder cannot be synced here; the file system orders a rename by itself.
#[expect(clippy::unnecessary_wraps, reason = "the other platform can fail")]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
