//! Evidence that a task asks for: Drover's part of the script records it into the private folder of the attempt, and it is
//! kept when the run's end is one for which it is wanted.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use drover_model::Ended;
use drover_model::task::{Evidence, Keep};

use crate::tell::Tell;

/// Kind, how its files are called, and when they are kept.
fn kinds(evidence: Evidence) -> [(&'static str, &'static str, Keep); 3] {
    [
        ("trace", "trace", evidence.trace),
        ("har", "traffic", evidence.har),
        ("video", "video", evidence.video),
    ]
}

fn folder(scratch: &Path) -> PathBuf {
    scratch.join("evidence")
}

/// Makes a folder for each kind that is wanted; `None` where none is.
pub(crate) fn prepare(scratch: &Path, evidence: Evidence) -> io::Result<Option<PathBuf>> {
    if evidence == Evidence::default() {
        return Ok(None);
    }
    let folder = folder(scratch);
    for (kind, _, keep) in kinds(evidence) {
        if keep != Keep::Never {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder.join(kind))?;
        }
    }
    Ok(Some(folder))
}

/// Keeps what was recorded and is wanted. Nobody writes there any more.
pub(crate) async fn keep(tell: &mut Tell, scratch: &Path, evidence: Evidence, ended: Ended) {
    let has_failed = matches!(ended, Ended::Failed | Ended::TimedOut);
    for (kind, stem, keep) in kinds(evidence) {
        let is_wanted = keep == Keep::Always || keep == Keep::OnFailure && has_failed;
        if !is_wanted {
            continue;
        }
        for file in recorded(&folder(scratch).join(kind)) {
            match kept(&file, tell.artifacts(), stem) {
                Ok((name, bytes)) => tell.artifact(kind, &name, bytes).await,
                Err(error) => tell.note(format!("a {kind} was not kept: {error}")).await,
            }
        }
    }
}

/// The files of a folder that hold something, oldest first.
fn recorded(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .flatten()
        .filter_map(|entry| {
            let meta = entry.metadata().ok()?;
            let is_whole = meta.is_file() && meta.len() > 0;
            is_whole.then(|| (meta.modified().ok(), entry.path()))
        })
        .collect();
    files.sort();
    files.into_iter().map(|(_, path)| path).collect()
}

/// The name below the folder for files to keep, and the size.
fn kept(file: &Path, artifacts: &Path, stem: &str) -> io::Result<(PathBuf, u64)> {
    let ending = file.extension().unwrap_or_default().to_string_lossy();
    let mut number = 1;
    let name = loop {
        let name = match number {
            1 => format!("{stem}.{ending}"),
            _ => format!("{stem}-{number}.{ending}"),
        };
        if !artifacts.join(&name).exists() {
            break PathBuf::from(name);
        }
        number += 1;
    };
    let target = artifacts.join(&name);
    // The private folder may lie on another disk.
    let bytes = fs::rename(file, &target)
        .and_then(|()| Ok(fs::metadata(&target)?.len()))
        .or_else(|_| fs::copy(file, &target))?;
    Ok((name, bytes))
}
