//! The hash that pins the files of an extension.

use std::{fs::File, io, path::Path};

use sha2::{Digest as _, Sha256};

use super::ExtensionError;
use crate::{
    hex::hex,
    keeping::{at, walk},
};

/// Browsers keep their own index of an extension's rules in it.
pub(super) const BROWSERS_OWN: &str = "_metadata";

/// What a folder with an extension holds.
pub(super) struct Contents {
    pub digest: String,
    pub files: u64,
    pub bytes: u64,
}

/// Hashes paths, lengths and contents of all files.
pub(super) fn digest(folder: &Path) -> Result<Contents, ExtensionError> {
    let tree = walk(folder, &|path| !path.starts_with(BROWSERS_OWN))?;
    if let Some(link) = tree.others.first() {
        return Err(ExtensionError::Link(link.display().to_string()));
    }
    let mut hash = Sha256::new();
    for (path, bytes) in &tree.files {
        let full = folder.join(path);
        hash.update(path.to_string_lossy().as_bytes());
        hash.update([0]);
        hash.update(bytes.to_le_bytes());
        let mut file = File::open(&full).map_err(at("read", &full))?;
        let mut hashing = Hashing(&mut hash);
        io::copy(&mut file, &mut hashing).map_err(at("read", &full))?;
    }
    let digits = hash.finalize();
    Ok(Contents {
        digest: hex(&digits),
        files: tree.files.len() as u64,
        bytes: tree.bytes(),
    })
}

struct Hashing<'a>(&'a mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
