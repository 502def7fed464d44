//! Versions of programs that have said theirs, as long as their files stay as they are.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::spare::is_program;

/// Programs of this life of Drover; a machine has a handful.
const MOST: usize = 32;

static KNOWN: Mutex<Vec<(File, String)>> = Mutex::new(Vec::new());

/// A file as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
struct File {
    path: PathBuf,
    device: u64,
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

impl File {
    fn of(path: &Path) -> Option<Self> {
        let meta = fs::metadata(path).ok()?;
        Some(Self {
            path: path.to_owned(),
            device: meta.dev(),
            inode: meta.ino(),
            size: meta.size(),
            changed: (meta.ctime(), meta.ctime_nsec()),
        })
    }
}

/// What the program has said, if it is still the same.
pub(crate) fn version(path: &Path) -> Option<String> {
    let file = File::of(path)?;
    let known = known();
    let (_, version) = known.iter().find(|(known, _)| *known == file)?;
    Some(version.clone())
}

/// Keeps what a program has said. A script is asked again each time, because it may lead elsewhere tomorrow.
pub(crate) fn remember(path: &Path, version: &str) {
    let Some(file) = File::of(path).filter(|_| is_program(path)) else {
        return;
    };
    let mut known = known();
    known.retain(|(known, _)| known.path != file.path);
    if known.len() == MOST {
        known.remove(0);
    }
    known.push((file, version.to_owned()));
}

fn known() -> MutexGuard<'static, Vec<(File, String)>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_program_in_its_place_is_asked_again() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("node");
        fs::write(&path, b"\x7fELF and so on").unwrap();
        assert_eq!(version(&path), None);
        remember(&path, "v20.1.0");
        assert_eq!(version(&path).as_deref(), Some("v20.1.0"));
        fs::write(&path, b"\x7fELF and so forth").unwrap();
        assert_eq!(version(&path), None);
        let shim = place.path().join("shim");
        fs::write(&shim, "#!/bin/sh\n").unwrap();
        remember(&shim, "v20.1.0");
        assert_eq!(version(&shim), None);
    }
}
