//! Snapshots: copies of a stopped profile beside it, without what the browser makes again by itself.
//!
//! A snapshot is a folder on the shelf of its profile: `snapshot.json` says what it is, `data` has the files.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use drover_model::{CacheKind, Origin, Snapshot, SnapshotId, SnapshotKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Job, KeepError, Stopped,
    copy::{Folder, Partial, copy, create, make_folder, remove_all},
    error::{Result, at},
    places::{Place, is_lock, place},
    system,
    walk::{Tree, walk},
};

/// Why and from what a snapshot is made.
#[derive(Clone, Debug)]
pub struct About {
    /// Now.
    pub at: Timestamp,
    /// Why.
    pub kind: SnapshotKind,
    /// What a person wrote about it.
    pub note: String,
    /// The profile's browser and encryption.
    pub origin: Origin,
}

/// The file that describes a snapshot. `format` is raised when an older Drover could not read it any more.
#[derive(Serialize, Deserialize)]
struct Label {
    format: u32,
    snapshot: Snapshot,
}

const FORMAT: u32 = 1;
const LABEL: &str = "snapshot.json";
pub(super) const DATA: &str = "data";
/// Begins the names of snapshots that are being made, and of those that are being deleted.
pub(super) const MAKING: &str = ".making-";
pub(super) const GOING: &str = ".going-";

/// Copies the profile to its shelf, a folder beside it on the same disk.
pub fn snapshot(stopped: &Stopped, shelf: &Path, about: About, job: &Job<'_>) -> Result<Snapshot> {
    let tree = profile_tree(stopped.folder())?;
    require_room(shelf_folder(shelf)?, &tree)?;
    let id = free_id(shelf, about.at);
    let partial = Partial::at(&shelf.join(format!("{MAKING}{id}")));
    make_folder(partial.path())?;
    let sink = Folder::make(&partial.path().join(DATA), &tree)?;
    let report = copy(stopped.folder(), &tree, &sink, job)?;
    let snapshot = Snapshot {
        id,
        at: about.at,
        kind: about.kind,
        note: about.note,
        origin: about.origin,
        files: report.files,
        bytes: report.bytes,
        shared_bytes: report.shared_bytes,
    };
    write_label(partial.path(), &snapshot)?;
    stopped.still()?;
    partial.place(&folder_of(shelf, &snapshot.id))?;
    Ok(snapshot)
}

/// The snapshots on a shelf, newest first. A folder that cannot be read as one is left out.
pub fn snapshots(shelf: &Path) -> Result<Vec<Snapshot>> {
    let entries = match fs::read_dir(shelf) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at("read", shelf)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(at("read", shelf))?;
        let id = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<SnapshotId>().ok());
        let Some(id) = id else { continue };
        match read_label(shelf, &id) {
            Ok(snapshot) => found.push(snapshot),
            Err(error) => tracing::warn!(%error, "a folder on the shelf of snapshots is left out"),
        }
    }
    found.sort_by(|a, b| b.id.cmp(&a.id));
    Ok(found)
}

/// Deletes a snapshot.
pub fn delete_snapshot(shelf: &Path, id: &SnapshotId) -> Result<()> {
    read_label(shelf, id)?;
    let (from, going) = (folder_of(shelf, id), shelf.join(format!("{GOING}{id}")));
    // Renamed first, so that an interrupted deletion leaves nothing that looks like a snapshot.
    fs::rename(&from, &going).map_err(at("remove", &from))?;
    remove_all(&going)
}

/// The folder of a snapshot.
pub(super) fn folder_of(shelf: &Path, id: &SnapshotId) -> PathBuf {
    shelf.join(id.as_str())
}

/// An id of this instant that no snapshot on the shelf has.
pub(super) fn free_id(shelf: &Path, at: Timestamp) -> SnapshotId {
    let ids = (0..).map(|turn| SnapshotId::at(at, turn));
    ids.into_iter()
        .find(|id| fs::symlink_metadata(folder_of(shelf, id)).is_err())
        .expect("BUG: a shelf has fewer snapshots than there are numbers")
}

/// What of a profile is worth keeping: no caches but those that sites made themselves, no locks.
pub(super) fn profile_tree(folder: &Path) -> Result<Tree> {
    if !folder.is_dir() {
        return Err(KeepError::NoProfile(folder.to_owned()));
    }
    walk(folder, &|path| keeps(path))
}

pub(super) fn keeps(path: &Path) -> bool {
    let made_again = match place(path) {
        Place::Cache(kind) => kind != CacheKind::ServiceWorkers,
        _ => false,
    };
    !made_again && !is_lock(path)
}

/// Fails when the disk could not take the tree. Sharing blocks needs less, but that is not known beforehand.
pub(super) fn require_room(folder: &Path, tree: &Tree) -> Result<()> {
    let needed = tree.bytes();
    let free = system::free(folder).map_err(at("read", folder))?;
    if needed > free {
        return Err(KeepError::NoSpace {
            folder: folder.to_owned(),
            needed,
            free,
        });
    }
    Ok(())
}

pub(super) fn shelf_folder(shelf: &Path) -> Result<&Path> {
    super::copy::parent(&shelf.join(DATA))?;
    Ok(shelf)
}

pub(super) fn write_label(folder: &Path, snapshot: &Snapshot) -> Result<()> {
    let label = Label {
        format: FORMAT,
        snapshot: snapshot.clone(),
    };
    let path = folder.join(LABEL);
    let text = serde_json::to_vec_pretty(&label).expect("BUG: a label is plain data");
    create(&path)?.write_all(&text).map_err(at("write", &path))
}

pub(super) fn read_label(shelf: &Path, id: &SnapshotId) -> Result<Snapshot> {
    let text = fs::read(folder_of(shelf, id).join(LABEL));
    let label = text
        .ok()
        .and_then(|text| serde_json::from_slice::<Label>(&text).ok());
    let fits = |label: &Label| label.format == FORMAT && label.snapshot.id == *id;
    let label = label.filter(fits);
    label
        .map(|label| label.snapshot)
        .ok_or_else(|| KeepError::NoSnapshot(id.clone()))
}
