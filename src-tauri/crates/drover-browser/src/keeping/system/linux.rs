//! Linux: `FICLONE`, `syncfs`, `renameat2`.

use std::{fs::File, io, path::Path};

use rustix::{
    fs::{CWD, RenameFlags, ioctl_ficlone, renameat_with, syncfs},
    io::Errno,
};

/// Lets `to` share the blocks of `from`. False where the file system cannot.
pub(in crate::keeping) fn share(from: &File, to: &File) -> io::Result<bool> {
    match ioctl_ficlone(to, from) {
        Ok(()) => Ok(true),
        Err(
            Errno::OPNOTSUPP
            | Errno::XDEV
            | Errno::INVAL
            | Errno::NOTTY
            | Errno::NOSYS
            | Errno::PERM,
        ) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Makes everything that was written below `folder` last. One call for the whole disk is much cheaper than one for
/// each of thousands of files.
pub(in crate::keeping) fn sync_all_below(folder: &Path) -> io::Result<()> {
    Ok(syncfs(File::open(folder)?)?)
}

/// Swaps two folders in one step. False where the file system cannot.
pub(in crate::keeping) fn exchange(a: &Path, b: &Path) -> io::Result<bool> {
    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
