//! Files that hold what is private.

use std::{io::Write as _, path::Path};

use crate::failure::{Failure, invalid};

/// Writes a new file that its owner alone can read. `argument` is the one that named it.
pub(crate) fn write_new(path: &Path, argument: &str, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(bytes));
    Ok(written.map_err(|error| {
        invalid(
            argument,
            format!("`{}` cannot be written: {error}", path.display()),
        )
    })?)
}
