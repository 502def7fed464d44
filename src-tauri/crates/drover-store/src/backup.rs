//! Copies of the database that were checked before they count.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, backup::Backup};

use crate::{Error, Result, error::Doing, open, platform};

/// The folder of backups within the data folder.
pub const FOLDER: &str = "backups";

/// Copies the database, also while it is in use: copy → flush → check → rename → flush.
/// The name is `drover-<label>-<time>.db`.
pub(crate) fn take(
    conn: &Connection,
    folder: &Path,
    label: &str,
    now: Timestamp,
) -> Result<PathBuf> {
    let doing = "back up the database";
    let backups = folder.join(FOLDER);
    platform::private_folder(&backups).doing(doing)?;
    let kept = backups.join(format!(
        "drover-{label}-{}.db",
        now.strftime("%Y%m%dT%H%M%SZ")
    ));
    let partial = kept.with_extension("partial");
    platform::private_file(&partial)
        .and_then(|file| file.set_len(0))
        .doing(doing)?;
    let copied = copy(conn, &partial).and_then(|()| check(&partial));
    if let Err(error) = copied {
        std::fs::remove_file(&partial).ok(); // half a copy is of no use, and the next one overwrites it
        return Err(error);
    }
    File::open(&partial)
        .and_then(|file| file.sync_all())
        .and_then(|()| std::fs::rename(&partial, &kept))
        .and_then(|()| platform::sync_folder(&backups))
        .doing(doing)?;
    Ok(kept)
}

fn copy(conn: &Connection, to: &Path) -> Result<()> {
    let doing = "back up the database";
    let mut target = Connection::open_with_flags(to, rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE)
        .doing(doing)?;
    let backup = Backup::new(conn, &mut target).doing(doing)?;
    backup
        .run_to_completion(1_000, Duration::ZERO, None)
        .doing(doing)?;
    drop(backup);
    // A copy with a log of its own would be two files.
    target
        .query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
        .doing(doing)
}

fn check(copy: &Path) -> Result<()> {
    let doing = "check the backup";
    let conn = Connection::open_with_flags(copy, rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE)
        .doing(doing)?;
    let verdict: String = conn
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .doing(doing)?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(Error::BadBackup)
    }
}

/// The backups of a data folder, newest last.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let backups = folder.join(FOLDER);
    if !backups.exists() {
        return Ok(Vec::new());
    }
    let entries = backups.read_dir().doing("list the backups")?;
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let path = entry.path();
            let is_copy = path.extension().is_some_and(|ending| ending == "db");
            let changed = entry.metadata().ok()?.modified().ok()?;
            is_copy.then_some((changed, path))
        })
        .collect();
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// Puts a checked copy of a backup in the place of a database that was moved aside.
/// A database that is there is never overwritten.
pub fn restore(folder: &Path, backup: &Path) -> Result<()> {
    let doing = "restore the backup";
    let database = folder.join(open::FILE);
    if database.exists() {
        return Err(Error::InUse {
            what: "database",
            name: database.display().to_string(),
            by: "Drover".to_owned(),
        });
    }
    check(backup)?;
    let partial = folder.join("drover.db.partial");
    let file = platform::private_file(&partial).doing(doing)?;
    std::fs::copy(backup, &partial)
        .and_then(|_| file.sync_all())
        .and_then(|()| std::fs::rename(&partial, &database))
        .and_then(|()| platform::sync_folder(folder))
        .doing(doing)
}
