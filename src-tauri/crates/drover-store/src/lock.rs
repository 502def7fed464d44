//! The data folder's lock: one Drover at a time.

use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
};

use crate::{Error, Result, platform};

/// The exclusive lock on a data folder. The operating system takes it back when the process
/// ends, however it ends, so it can never be stale.
#[derive(Debug)]
pub struct FolderLock {
    file: File,
}

impl FolderLock {
    /// The lock file's name within the data folder. It holds the owner's process id, for people.
    pub const FILE: &'static str = "drover.lock";

    /// Makes the folder if it is not there (0700) and takes the lock, without waiting.
    ///
    /// # Errors
    /// [`Error::FolderInUse`] when another process holds it, [`Error::FolderNotWritable`] when
    /// the folder or the lock file cannot be made.
    pub fn take(folder: &Path) -> Result<Self> {
        let not_writable = |source| Error::folder(folder, source);
        platform::private_folder(folder).map_err(not_writable)?;
        let mut file = platform::private_file(&folder.join(Self::FILE)).map_err(not_writable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                file.read_to_string(&mut text).ok(); // the number is only a help
                let pid = text.trim().parse().ok();
                return Err(Error::FolderInUse {
                    folder: folder.to_owned(),
                    pid,
                });
            }
            Err(TryLockError::Error(error)) => return Err(not_writable(error)),
        }
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())?;
            file.flush()
        };
        match write(&mut file) {
            Ok(()) => Ok(Self { file }),
            Err(error) => Err(not_writable(error)),
        }
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        self.file.set_len(0).ok(); // the number is only a help
        self.file.unlock().ok(); // closing the file releases it as well
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_owner_is_refused_and_told_who_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let lock = FolderLock::take(folder.path()).unwrap();
        match FolderLock::take(folder.path()) {
            Err(Error::FolderInUse {
                folder: in_use,
                pid,
            }) => assert_eq!(
                (in_use.as_path(), pid),
                (folder.path(), Some(std::process::id()))
            ),
            other => panic!("{other:?}"),
        }
        drop(lock);
        FolderLock::take(folder.path()).unwrap();
    }

    #[test]
    fn a_file_in_the_way_is_no_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(matches!(
            FolderLock::take(&file),
            Err(Error::FolderNotWritable { .. })
        ));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let closed = folder.path().join("closed");
        std::fs::create_dir(&closed).unwrap();
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o500)).unwrap();
        let path = closed.clone();
        let taken = crate::testing::without_override(move || FolderLock::take(&path).map(drop));
        assert!(
            matches!(&taken, Err(Error::FolderNotWritable { folder, .. }) if *folder == closed),
            "{taken:?}"
        );
    }
}
