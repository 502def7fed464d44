//! What is known of a process by its id.

use std::{ffi::OsStr, fs, io, os::unix::ffi::OsStrExt, path::Path};

/// Whether a process uses a folder as its user-data-dir.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// There is no such process.
    Dead,
    /// It lives and is something else: the id was given out again.
    Other,
    /// It lives, and either its command line names the folder or its command line cannot be read.
    Holds,
}

/// Judges the process `pid` by its command line.
pub(super) fn uses(pid: u32, folder: &Path) -> Use {
    match fs::read(format!("/proc/{pid}/cmdline")) {
        // A zombie has an empty command line; it holds nothing any more.
        Ok(line) if line.is_empty() => Use::Dead,
        Ok(line) if names(&line, folder) => Use::Holds,
        Ok(_) => Use::Other,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Use::Holds,
        Err(_) => Use::Dead,
    }
}

fn names(line: &[u8], folder: &Path) -> bool {
    let canonical = folder.canonicalize();
    line.split(|byte| *byte == 0)
        .filter_map(|word| word.strip_prefix(b"--user-data-dir="))
        .any(|value| {
            let value = Path::new(OsStr::from_bytes(value));
            value == folder
                || canonical
                    .as_ref()
                    .is_ok_and(|real| value.canonicalize().is_ok_and(|value| value == *real))
        })
}

/// This machine's name, as Chrome writes it into its lock.
pub(super) fn host() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_names_its_folder_exactly() {
        let check = |line: &str, expected: bool| {
            assert_eq!(
                names(line.replace(' ', "\0").as_bytes(), Path::new("/p/one")),
                expected,
                "{line}"
            );
        };
        check("chrome --headless --user-data-dir=/p/one about:blank", true);
        check("chrome --user-data-dir=/p/one-more", false);
        check("chrome /p/one", false);
        check("chrome", false);
    }

    #[test]
    fn this_process_is_alive_and_no_chrome() {
        assert_eq!(uses(std::process::id(), Path::new("/p/one")), Use::Other);
        assert_eq!(uses(u32::MAX, Path::new("/p/one")), Use::Dead);
    }
}
