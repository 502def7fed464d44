//! Back to a snapshot, in one step that can be undone.

use std::{fs, path::Path};

use drover_model::{Origin, Rollback, Snapshot, SnapshotId, SnapshotKind};
use jiff::Timestamp;

use super::{
    Job, KeepError, Stopped,
    copy::{Folder, Partial, copy, create, make_folder, remove_all},
    error::{Result, at},
    recover::recover,
    snapshot::{
        DATA, folder_of, free_id, keeps, profile_tree, read_label, require_room, shelf_folder,
        write_label,
    },
    sweep::remove_caches,
    system,
    walk::walk,
};

/// Begins the name of the folder in which a rollback is prepared. After the exchange it holds the state before.
pub(super) const ROLLING: &str = ".rollback-";
/// Marks the restored copy until the rollback is finished, so that after a crash the two states can be told apart.
pub(super) const MARK: &str = ".drover-restored";
/// Where the state before waits on file systems that cannot exchange two folders.
pub(super) const ASIDE: &str = "aside";

/// Gives the profile the state of a snapshot. The state it has becomes a snapshot of its own.
///
/// `origin` is what the profile uses now. When this fails the profile is as it was; after a crash in the middle
/// [`super::recover`] finishes it or takes it back.
pub fn rollback(
    stopped: &Stopped,
    shelf: &Path,
    id: &SnapshotId,
    at: Timestamp,
    origin: &Origin,
    job: &Job<'_>,
) -> Result<Rollback> {
    recover(stopped, shelf)?;
    let snapshot = read_label(shelf, id)?;
    if !snapshot.origin.opens(origin) {
        return Err(KeepError::OriginDiffers {
            was: snapshot.origin,
            is: origin.clone(),
        });
    }
    let present = profile_tree(stopped.folder())?;
    let undo = Snapshot {
        id: free_id(shelf, at),
        at,
        kind: SnapshotKind::BeforeRollback,
        note: String::new(),
        origin: origin.clone(),
        files: present.files.len() as u64,
        bytes: present.bytes(),
        shared_bytes: 0,
    };
    let rolling = Partial::at(&shelf_folder(shelf)?.join(format!("{ROLLING}{}", undo.id)));
    make_folder(rolling.path())?;
    write_label(rolling.path(), &undo)?;
    restore(
        &folder_of(shelf, id).join(DATA),
        &rolling.path().join(DATA),
        job,
    )?;
    job.check()?;
    stopped.still()?;
    swap(stopped.folder(), rolling.path())?;
    // From here on the folder has the state before and must not be removed.
    let folder = rolling.path().to_owned();
    rolling.keep();
    finish(stopped.folder(), shelf, &folder, &undo.id)?;
    Ok(Rollback {
        to: id.clone(),
        undo,
    })
}

fn restore(from: &Path, to: &Path, job: &Job<'_>) -> Result<()> {
    let tree = walk(from, &keeps)?;
    require_room(to.parent().expect("BUG: it lies on the shelf"), &tree)?;
    let sink = Folder::make(to, &tree)?;
    create(&to.join(MARK))?;
    copy(from, &tree, &sink, job)?;
    system::sync_all_below(to).map_err(at("synchronise", to))
}

/// The profile becomes `data` and `data` the profile.
fn swap(profile: &Path, rolling: &Path) -> Result<()> {
    let data = rolling.join(DATA);
    let failed = at("exchange", profile);
    if system::exchange(profile, &data).map_err(failed)? {
        return Ok(());
    }
    let aside = rolling.join(ASIDE);
    fs::rename(profile, &aside).map_err(at("rename", profile))?;
    if let Err(error) = fs::rename(&data, profile) {
        fs::rename(&aside, profile).map_err(at("bring back", profile))?;
        return Err(at("rename", &data)(error));
    }
    fs::rename(&aside, &data).map_err(at("rename", &aside))
}

/// Makes a snapshot of the state before, which the folder now has.
pub(super) fn finish(profile: &Path, shelf: &Path, rolling: &Path, id: &SnapshotId) -> Result<()> {
    for folder in [profile.parent(), Some(rolling)].into_iter().flatten() {
        system::sync_folder(folder).map_err(at("synchronise", folder))?;
    }
    if let Err(error) = remove_caches(&rolling.join(DATA)) {
        tracing::warn!(%error, "caches stay in a snapshot"); // they cost room and nothing else
    }
    Partial::at(rolling).place_or_keep(&folder_of(shelf, id))?;
    remove_all(&profile.join(MARK))
}
