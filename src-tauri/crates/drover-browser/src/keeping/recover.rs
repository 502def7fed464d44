//! After a crash: what was half made is removed, what was half exchanged is finished.

use std::{fs, io, path::Path};

use drover_model::SnapshotId;

use super::{
    Stopped,
    copy::{partial_path, remove_all},
    error::{Result, at},
    rollback::{ASIDE, MARK, ROLLING, finish},
    snapshot::{DATA, GOING, MAKING},
};

/// Brings a profile and its shelf in order. To be called before anything else is done with a profile, at least once
/// after each start of Drover. `stopped` may name a folder that is missing.
pub fn recover(stopped: &Stopped, shelf: &Path) -> Result<()> {
    let profile = stopped.folder();
    let entries = match fs::read_dir(shelf) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return remove_all(&partial_path(profile));
        }
        Err(error) => return Err(at("read", shelf)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(at("read", shelf))?;
        let name = entry.file_name();
        let name = name.to_str().unwrap_or("");
        if let Some(id) = name.strip_prefix(ROLLING) {
            if let Ok(id) = id.parse::<SnapshotId>() {
                of_rollback(profile, shelf, &entry.path(), &id)?;
            } else {
                tracing::warn!(name, "an unknown folder on the shelf of snapshots");
            }
        } else if name.starts_with(MAKING) || name.starts_with(GOING) {
            remove_all(&entry.path())?;
        }
    }
    if profile.is_dir() {
        // The rollback that it belongs to is finished or undone.
        remove_all(&profile.join(MARK))?;
    }
    remove_all(&partial_path(profile))
}

fn of_rollback(profile: &Path, shelf: &Path, rolling: &Path, id: &SnapshotId) -> Result<()> {
    let (data, aside) = (rolling.join(DATA), rolling.join(ASIDE));
    let rename = |from: &Path, to: &Path| fs::rename(from, to).map_err(at("rename", from));
    if aside.is_dir() {
        if profile.is_dir() {
            rename(&aside, &data)?; // both renames were done
            return finish(profile, shelf, rolling, id);
        }
        rename(&aside, profile)?; // only the first was
        return remove_all(rolling);
    }
    if data.is_dir() && profile.is_dir() && !data.join(MARK).exists() && profile.join(MARK).exists()
    {
        return finish(profile, shelf, rolling, id);
    }
    remove_all(rolling) // the profile was not touched yet
}
