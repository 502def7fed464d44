//! Opening: checks before anything is written, pragmas in their order, damage set aside.

use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use rusqlite_migration::Migrations;

use crate::{Error, Result, backup, error::Doing, platform, schema::APPLICATION_ID};

/// The database's name within the data folder.
pub(crate) const FILE: &str = "drover.db";
/// The key in `meta` that is there while the database is closed cleanly.
pub(crate) const CLEAN: &str = "clean_end_ms";

const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// 3.51.3 fixed a rare corruption when a log is folded while it is reset.
const OLDEST_SQLITE: i32 = 3_051_003;
/// A clean end so long ago says little about the disk, so the file is checked again.
const CHECK_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// A database that can be used.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) conn: Connection,
    pub(crate) database: PathBuf,
    pub(crate) was_clean: bool,
}

/// Opens, checks and migrates the database of a folder.
pub(crate) fn open(
    folder: &Path,
    now: Timestamp,
    migrations: &Migrations<'_>,
    newest: u32,
) -> Result<Ready> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(Error::OldSqlite {
            found: rusqlite::version(),
        });
    }
    let not_writable = |source| Error::folder(folder, source);
    platform::private_folder(folder).map_err(not_writable)?;
    let database = folder.join(FILE);
    match open_checked(folder, &database, now, migrations, newest) {
        Err(error) if error.is_damage() => Err(Error::Corrupt {
            kept_at: set_aside(folder, now)?,
        }),
        result => result,
    }
}

/// Refuses to begin with nothing where a damaged database was moved aside.
pub(crate) fn refuse_after_damage(folder: &Path) -> Result<()> {
    if folder.join(FILE).exists() {
        return Ok(());
    }
    let Ok(entries) = folder.read_dir() else {
        return Ok(());
    };
    let aside = format!("{FILE}.corrupt-");
    let kept = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&aside) && !name.ends_with("-wal") && !name.ends_with("-shm")
        });
    match kept.max() {
        Some(kept_at) => Err(Error::Corrupt { kept_at }),
        None => Ok(()),
    }
}

fn open_checked(
    folder: &Path,
    database: &Path,
    now: Timestamp,
    migrations: &Migrations<'_>,
    newest: u32,
) -> Result<Ready> {
    check_header(database, newest)?;
    let not_writable = |source| Error::folder(folder, source);
    // Made here and not by SQLite, so that no moment passes in which others can read it.
    platform::private_file(database).map_err(not_writable)?;
    let mut conn = connect(database)?;
    // What the header said may be outdated by the log beside the file. Without a fold at the
    // end, leaving now changes nothing.
    set(&conn, DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let version: u32 = pragma(&conn, "user_version")?;
    if version > newest {
        return Err(Error::NewerSchema {
            found: version,
            known: newest,
        });
    }
    set(&conn, DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    make_ready(&conn)?;

    let (clean_at, is_new) = (clean_end(&conn, version)?, version == 0);
    let recent = clean_at.is_some_and(|at| now.duration_since(at).abs() < CHECK_AFTER);
    if !is_new && !recent {
        quick_check(&conn)?;
    }
    if clean_at.is_none() && !is_new {
        settle_log(&conn);
    }
    if !is_new && version < newest {
        backup::take(&conn, folder, &format!("before-v{newest}"), now)?;
    }
    migrations
        .to_latest(&mut conn)
        .map_err(|source| Error::Migration {
            source: Arc::new(source),
        })?;
    conn.execute("DELETE FROM meta WHERE key = ?1", [CLEAN])
        .doing("note that the database is open")?;
    Ok(Ready {
        conn,
        database: database.to_owned(),
        was_clean: is_new || clean_at.is_some(),
    })
}

/// Brings what the last life logged into the file. If one of its flushes failed, that may be in
/// the system's memory alone, and a commit behind it would be lost with it.
fn settle_log(conn: &Connection) {
    let folded = conn
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .doing("fold the log");
    if let Err(error) = folded {
        tracing::warn!(%error, "the log was not folded");
    }
}

/// Looks at the first bytes, without `SQLite`, which might write beside the file
/// (<https://www.sqlite.org/fileformat.html>, section 1.3).
fn check_header(database: &Path, newest: u32) -> Result<()> {
    let mut file = match File::open(database) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io("open the database", error)),
    };
    let mut bytes = Vec::new();
    let mut start = (&mut file).take(100);
    start.read_to_end(&mut bytes).doing("read the database")?;
    if bytes.is_empty() {
        return Ok(());
    }
    let Some(header) = bytes
        .first_chunk::<100>()
        .filter(|header| header.starts_with(MAGIC))
    else {
        return damage("read the header of the database");
    };
    let number = |at: usize| {
        u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let (version, application) = (number(60), number(68));
    if application != APPLICATION_ID.unsigned_abs() && !(application == 0 && version == 0) {
        return Err(Error::NotDrover {
            path: database.to_owned(),
        });
    }
    if version > newest {
        return Err(Error::NewerSchema {
            found: version,
            known: newest,
        });
    }
    Ok(())
}

fn damage<T>(doing: &'static str) -> Result<T> {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    Err(Error::sqlite(
        doing,
        rusqlite::Error::SqliteFailure(code, None),
    ))
}

fn connect(database: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(database, flags).doing("open the database")?;
    conn.execute_batch("PRAGMA busy_timeout = 5000")
        .doing("set up the database")?;
    Ok(conn)
}

/// The pragmas in the order that the security document gives, each for a reason named there.
fn make_ready(conn: &Connection) -> Result<()> {
    let application: i32 = pragma(conn, "application_id")?;
    if application == 0 {
        conn.pragma_update(None, "application_id", APPLICATION_ID)
            .doing("mark the database as Drover's")?;
    }
    let mode: String = conn
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .doing("switch the database to a write-ahead log")?;
    if mode != "wal" {
        // SQLite answers with the old mode where shared memory is missing, as on a share.
        return Err(Error::sqlite(
            "switch the database to a write-ahead log",
            rusqlite::Error::InvalidQuery,
        ));
    }
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
         PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 67108864; PRAGMA mmap_size = 0;
         PRAGMA cache_size = -16384;", // of KiB: one group of large orders fits, and nothing is spilled before its commit
    )
    .doing("set up the database")?;
    set(conn, DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    plan_once(conn)
}

/// The writer's connection to a database that was opened and migrated before.
pub(crate) fn writer(database: &Path) -> Result<Connection> {
    let conn = connect(database)?;
    make_ready(&conn)?;
    quick_check(&conn)?;
    Ok(conn)
}

/// A connection that cannot write.
pub(crate) fn reader(database: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(database, flags).doing("open the database")?;
    conn.execute_batch(
        "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;",
    )
    .doing("set up the database")?;
    set(&conn, DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    plan_once(&conn)?;
    // From its first look on it keeps the log's index alive. Without that index a writer that is
    // opened anew takes a commit whose flush had failed, and which was refused, for a good one.
    pragma::<i64>(&conn, "schema_version")?;
    Ok(conn)
}

/// Statements are kept, and none is planned anew for a value: comparing a parameter with the condition of a partial
/// index would do that at every call.
fn plan_once(conn: &Connection) -> Result<()> {
    conn.set_prepared_statement_cache_capacity(128);
    set(conn, DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
}

fn set(conn: &Connection, config: DbConfig, on: bool) -> Result<()> {
    conn.set_db_config(config, on)
        .doing("set up the database")
        .map(drop)
}

fn pragma<T: rusqlite::types::FromSql>(conn: &Connection, name: &str) -> Result<T> {
    conn.pragma_query_value(None, name, |row| row.get(0))
        .doing("read the database's format")
}

/// When the last owner closed the database, if it did.
fn clean_end(conn: &Connection, version: u32) -> Result<Option<Timestamp>> {
    if version == 0 {
        return Ok(None);
    }
    let mut statement = conn
        .prepare("SELECT value FROM meta WHERE key = ?1")
        .doing("read how the database was left")?;
    let mut rows = statement
        .query([CLEAN])
        .doing("read how the database was left")?;
    let row = rows.next().doing("read how the database was left")?;
    let text: Option<String> = row
        .map(|row| row.get(0))
        .transpose()
        .doing("read how the database was left")?;
    Ok(text.and_then(|text| Timestamp::from_millisecond(text.parse().ok()?).ok()))
}

fn quick_check(conn: &Connection) -> Result<()> {
    let verdict: String = conn
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .doing("check the database")?;
    if verdict == "ok" {
        return Ok(());
    }
    tracing::error!(verdict, "the database is damaged");
    damage("check the database")
}

/// Moves the set of files to names that nothing else uses. Nothing is deleted.
fn set_aside(folder: &Path, now: Timestamp) -> Result<PathBuf> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ");
    let kept_at = (1..=1_000)
        .map(|number: u32| match number {
            1 => folder.join(format!("{FILE}.corrupt-{stamp}")),
            _ => folder.join(format!("{FILE}.corrupt-{stamp}-{number}")),
        })
        .find(|path| !path.exists())
        .ok_or_else(|| {
            Error::io(
                "move the damaged database aside",
                ErrorKind::AlreadyExists.into(),
            )
        })?;
    for ending in ["", "-wal", "-shm"] {
        let from = folder.join(format!("{FILE}{ending}"));
        let mut to = kept_at.clone().into_os_string();
        to.push(ending);
        match std::fs::rename(from, to) {
            Err(error) if ending.is_empty() || error.kind() != ErrorKind::NotFound => {
                return Err(Error::io("move the damaged database aside", error));
            }
            _ => {}
        }
    }
    platform::sync_folder(folder).doing("move the damaged database aside")?;
    Ok(kept_at)
}
