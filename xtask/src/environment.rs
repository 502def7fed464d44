//! What the environment says about this machine and this session.
#![expect(
    clippy::disallowed_methods,
    reason = "the one file of xtask that reads the environment"
)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The value of a variable that is set and not empty.
pub(crate) fn var(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Whether a window can be opened on a real display.
pub(crate) fn has_display() -> bool {
    cfg!(not(target_os = "linux")) || var("DISPLAY").is_some() || var("WAYLAND_DISPLAY").is_some()
}

/// Whether this runs as root, where neither Chrome nor `WebKit` can use its sandbox.
#[cfg(unix)]
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether this runs as root; no such user here.
#[cfg(not(unix))]
pub(crate) fn is_root() -> bool {
    false
}

/// The folder for things that can be fetched again.
pub(crate) fn cache_dir() -> PathBuf {
    if let Some(cache) = var("XDG_CACHE_HOME") {
        return cache.into();
    }
    let home = var("HOME").or_else(|| var("USERPROFILE"));
    Path::new(&home.unwrap_or_else(|| ".".into())).join(".cache")
}

/// The first file called `name` on PATH that is a program.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    find_in(&var("PATH")?, name)
}

/// The first of `names` that is a program on PATH.
pub(crate) fn find_any(names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| find_program(name))
}

/// PATH with `folders` in front.
pub(crate) fn path_with(folders: &[PathBuf]) -> OsString {
    let path = var("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&path));
    // A folder with the separator in its name cannot stand in PATH; then PATH stays as it is.
    std::env::join_paths(all).unwrap_or(path)
}

fn find_in(path: &OsString, name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(path)
        .map(|folder| folder.join(&file))
        .find(|candidate| is_program(candidate))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_programs_and_nothing_else() {
        assert!(find_program("cargo").is_some(), "cargo runs this test");
        assert_eq!(find_program("no-program-has-this-name"), None);
        assert!(find_any(&["no-program-has-this-name", "cargo"]).is_some());
    }

    #[test]
    fn puts_folders_in_front() {
        let path = path_with(&[PathBuf::from("first-of-all")]);
        let first = std::env::split_paths(&path).next();
        assert_eq!(first, Some(PathBuf::from("first-of-all")));
    }
}
