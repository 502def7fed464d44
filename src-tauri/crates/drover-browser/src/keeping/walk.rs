//! Every file below a folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::error::{Result, at};

/// What lies below a folder; paths are relative to it and sorted.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub folders: Vec<PathBuf>,
    pub files: Vec<(PathBuf, u64)>,
    /// Links and other things that are neither file nor folder.
    pub others: Vec<PathBuf>,
}

impl Tree {
    /// Bytes of all files.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, bytes)| bytes).sum()
    }
}

/// Walks through `root` without following links. `take` decides by relative path; a folder that is not taken is not
/// entered. What vanishes meanwhile was not there.
pub(crate) fn walk(root: &Path, take: &dyn Fn(&Path) -> bool) -> Result<Tree> {
    let mut tree = Tree::default();
    let mut waiting = vec![PathBuf::new()];
    while let Some(folder) = waiting.pop() {
        let here = root.join(&folder);
        let entries = match fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error) if gone(&error) && !folder.as_os_str().is_empty() => continue,
            Err(error) => return Err(at("read", &here)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(at("read", &here))?;
            let path = folder.join(entry.file_name());
            if !take(&path) {
                continue;
            }
            let kind = match entry.metadata() {
                Ok(kind) => kind,
                Err(error) if gone(&error) => continue,
                Err(error) => return Err(at("read", &entry.path())(error)),
            };
            if kind.is_dir() {
                tree.folders.push(path.clone());
                waiting.push(path);
            } else if kind.is_file() {
                tree.files.push((path, kind.len()));
            } else {
                tree.others.push(path);
            }
        }
    }
    tree.folders.sort();
    tree.files.sort();
    tree.others.sort();
    Ok(tree)
}

fn gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}
