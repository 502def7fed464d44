//! Looking through processes and folders.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

/// The pids of all living processes.
pub(crate) fn processes() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").unwrap();
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid| !is_zombie(*pid)).collect()
}

fn is_zombie(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| rest.starts_with('Z'))
}

/// Processes whose arguments hold `text`.
pub(crate) fn with_argument(text: &str) -> Vec<u32> {
    let own = std::process::id();
    let holds = |pid: &u32| {
        std::fs::read(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|line| contains(&line, text.as_bytes()))
    };
    processes()
        .into_iter()
        .filter(|pid| *pid != own && holds(pid))
        .collect()
}

/// Files below `folder` that hold any of the texts.
pub(crate) fn files_with(folder: &Path, texts: &[Vec<u8>]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            found.extend(files_with(&path, texts));
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).unwrap_or_default();
            if texts.iter().any(|text| contains(&bytes, text)) {
                found.push(path);
            }
        }
    }
    found
}

/// What others than the owner may read or write below `folder`, itself included.
pub(crate) fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mode = std::fs::symlink_metadata(folder).map_or(0, |about| about.permissions().mode());
    if mode & 0o077 != 0 && !folder.is_symlink() {
        found.push(folder.to_owned());
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        found.extend(open_to_others(&entry.path()));
    }
    found
}

/// Whether `text` stands in `bytes`.
pub(crate) fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}
