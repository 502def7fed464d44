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

/// Where servers are installed; a user's PATH often leaves it out.
const FOLDERS_OF_SERVERS: &[&str] = if cfg!(unix) {
    &["/usr/local/sbin", "/usr/sbin"]
} else {
    &[]
};

/// The first file called `name` that is a program, on PATH or where servers are installed.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    find_in(&path_with(&[]), name)
}

/// The first of `names` that is a program on PATH.
pub(crate) fn find_any(names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| find_program(name))
}

/// PATH with `folders` in front, and behind it where servers are installed.
pub(crate) fn path_with(folders: &[PathBuf]) -> OsString {
    let path = var("PATH").unwrap_or_default();
    let servers = FOLDERS_OF_SERVERS.iter().map(PathBuf::from);
    let all = folders
        .iter()
        .cloned()
        .chain(std::env::split_paths(&path))
        .chain(servers);
    // A folder with the separator in its name cannot stand in PATH; then PATH stays as it is.
    std::env::join_paths(all).unwrap_or(path)
}

/// The time in UTC as RFC 3339, to the second.
pub(crate) fn now_utc() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    rfc3339(since.unwrap_or_default().as_secs())
}

/// Seconds since 1970 as a date of the Gregorian calendar (after Hinnant, `civil_from_days`).
fn rfc3339(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468; // since 0000-03-01, so that the leap day comes last in a year
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, after) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = year + era * 400 + after;
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!(
        "{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{:02}Z",
        second % 60
    )
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
    fn dates_follow_the_calendar() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(1_795_391_999), "2026-11-22T23:59:59Z");
    }

    #[test]
    fn puts_folders_in_front() {
        let path = path_with(&[PathBuf::from("first-of-all")]);
        let first = std::env::split_paths(&path).next();
        assert_eq!(first, Some(PathBuf::from("first-of-all")));
    }
}
