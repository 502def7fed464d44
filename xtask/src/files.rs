//! Walking folders and fingerprinting what is in them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::digest;

/// All files under `folder`, sorted, without entering a folder for which `enter` says no.
pub(crate) fn walk(folder: &Path, enter: &dyn Fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder)
            .with_context(|| format!("failed to list `{}`", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            if !entry.file_type()?.is_dir() {
                found.push(path);
            } else if enter(&path) {
                open.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// One text that changes when a path or a byte of `files` does.
pub(crate) fn fingerprint(files: &[PathBuf]) -> Result<String> {
    let mut seen = String::new();
    for file in files {
        let content =
            fs::read(file).with_context(|| format!("failed to read `{}`", file.display()))?;
        seen.extend([&file.to_string_lossy(), " ", &digest::hex(&content), "\n"]);
    }
    Ok(digest::hex(seen.as_bytes()))
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("failed to create `{}`", folder.display()))?;
    }
    fs::write(path, content).with_context(|| format!("failed to write `{}`", path.display()))
}

/// A file's name as text; empty for what has none.
pub(crate) fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_follows_the_content() {
        let folder = std::env::temp_dir().join(format!("xtask-files-{}", std::process::id()));
        let file = folder.join("inner/a.txt");
        write(&file, b"one").unwrap();
        write(&folder.join("left-out/b.txt"), b"b").unwrap();
        let files = walk(&folder, &|path| name(path) != "left-out").unwrap();
        assert_eq!(files, std::slice::from_ref(&file));

        let before = fingerprint(&files).unwrap();
        assert_eq!(fingerprint(&files).unwrap(), before);
        write(&file, b"two").unwrap();
        assert_ne!(fingerprint(&files).unwrap(), before);
        fs::remove_dir_all(&folder).unwrap();
    }
}
