//! What archives of others may not do to this machine.

use std::{
    io::{self, Read, Write},
    path::{Component, Path, PathBuf},
};

/// The kind bits of a Unix mode, and the one of symbolic links.
const KIND: u32 = 0o170_000;
const LINK: u32 = 0o120_000;

/// A path inside the folder that is unpacked into, or none: nothing absolute, no `..`, nothing that another system
/// reads as a separator or a drive.
pub(crate) fn safe_path(name: &str) -> Option<PathBuf> {
    if name.is_empty() || name.contains(['\\', ':', '\0']) {
        return None;
    }
    let path = Path::new(name);
    let normal = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    // `components` reads over `a//b` and `a/./b`, which then would not be the path that was checked.
    let plain = name
        .trim_end_matches('/')
        .split('/')
        .all(|part| !part.is_empty() && part != ".");
    (normal && plain).then(|| path.components().collect())
}

/// Whether the archive says that an entry is a symbolic link.
pub(crate) fn is_link(mode: Option<u32>) -> bool {
    mode.is_some_and(|mode| mode & KIND == LINK)
}

/// Copies what is there, and fails with `FileTooLarge` after one byte more than the limit.
pub(crate) fn copy_limited(
    from: &mut impl Read,
    to: &mut impl Write,
    limit: u64,
) -> io::Result<u64> {
    let copied = io::copy(&mut from.take(limit.saturating_add(1)), to)?;
    if copied > limit {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "larger than allowed",
        ));
    }
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_below_the_folder_are_safe() {
        let check = |name: &str, safe: bool| assert_eq!(safe_path(name).is_some(), safe, "{name}");
        check("manifest.json", true);
        check("a/b c/d.js", true);
        check("folder/", true);
        check("..data/x", true);
        for wrong in [
            "",
            "/",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a/..",
            "./x",
            "a//b",
            "a\\..\\b",
            "C:/x",
            "a\0b",
        ] {
            check(wrong, false);
        }
    }

    #[test]
    fn a_stream_is_cut_at_its_limit() {
        let mut out = Vec::new();
        assert_eq!(copy_limited(&mut &b"12345"[..], &mut out, 5).unwrap(), 5);
        let error = copy_limited(&mut io::repeat(0), &mut io::sink(), 1000).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
