//! What can go wrong in the store.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use drover_model::IllegalMove;
use rusqlite::ErrorCode;

/// The store's error. It can be cloned, because a failed commit fails every order of its group.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Another Drover owns the data folder.
    #[error("another Drover{} uses the data folder `{}`", pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(), folder.display())]
    FolderInUse { folder: PathBuf, pid: Option<u32> },
    /// The data folder cannot be made, or nothing can be written into it.
    #[error("the data folder `{}` cannot be written", folder.display())]
    FolderNotWritable {
        folder: PathBuf,
        source: Arc<io::Error>,
    },
    /// The database was written by a newer Drover. It was not touched.
    #[error("the database has format {found}, and this Drover knows formats up to {known}")]
    NewerSchema { found: u32, known: u32 },
    /// The file is a database of another program. It was not touched.
    #[error("`{}` is not a database of Drover", path.display())]
    NotDrover { path: PathBuf },
    /// The database is damaged. The set of files was moved to `kept_at` (and `-wal`, `-shm`).
    #[error("the database is damaged; it is kept as `{}`", kept_at.display())]
    Corrupt { kept_at: PathBuf },
    /// The `SQLite` library lacks a fix that Drover depends on.
    #[error("SQLite {found} is too old; 3.51.3 or newer is needed")]
    OldSqlite { found: &'static str },
    /// A living thing of that kind has that name.
    #[error("the {what} name `{name}` is taken")]
    NameTaken { what: &'static str, name: String },
    /// It is used by something that lives.
    #[error("{what} `{name}` is used by {by}")]
    InUse {
        what: &'static str,
        name: String,
        by: String,
    },
    #[error("there is no {what} `{name}`")]
    NotFound { what: &'static str, name: String },
    /// It was saved by somebody else in between, or removed.
    #[error("{what} `{name}` was changed or removed meanwhile")]
    Changed { what: &'static str, name: String },
    /// The task was saved by somebody else in between.
    #[error("task `{task}` is at version {found} already")]
    VersionTaken { task: String, found: u32 },
    /// So many runs wait in one line that no more are taken.
    #[error("{waiting} runs wait for {line} already, and at most {most} may")]
    LineFull {
        line: String,
        waiting: u32,
        most: u32,
    },
    /// The schedule was saved by somebody else in between.
    #[error("schedule `{schedule}` is at version {found} already")]
    ScheduleSaved { schedule: String, found: u32 },
    /// That request was carried out before; its runs are there.
    #[error("request `{request_id}` was carried out before")]
    RequestRepeated { request_id: String },
    #[error(transparent)]
    IllegalMove(#[from] IllegalMove),
    #[error("the disk is full")]
    DiskFull,
    #[error("the database is read-only")]
    ReadOnly,
    /// The store was closed.
    #[error("the database is closed")]
    Closed,
    /// The order broke off by a panic; nothing of it was stored.
    #[error("an order to the database broke off")]
    Panicked,
    #[error("failed to {doing}")]
    Sqlite {
        doing: &'static str,
        source: Arc<rusqlite::Error>,
    },
    #[error("failed to bring the database to the newest format")]
    Migration {
        source: Arc<rusqlite_migration::Error>,
    },
    #[error("failed to {doing}")]
    Io {
        doing: &'static str,
        source: Arc<io::Error>,
    },
    /// The copy did not pass its check, so it was not kept.
    #[error("the backup did not pass its check")]
    BadBackup,
}

/// The store's result.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Something with that id is not there.
    pub(crate) fn not_found(what: &'static str, name: impl std::fmt::Display) -> Self {
        Self::NotFound {
            what,
            name: name.to_string(),
        }
    }

    pub(crate) fn sqlite(doing: &'static str, source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            _ => Self::Sqlite {
                doing,
                source: Arc::new(source),
            },
        }
    }

    pub(crate) fn io(doing: &'static str, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::StorageFull {
            return Self::DiskFull;
        }
        Self::Io {
            doing,
            source: Arc::new(source),
        }
    }

    /// The error and what led to it, in one line.
    pub(crate) fn with_cause(&self) -> String {
        match std::error::Error::source(self) {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }

    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sqlite { source, .. } => source.sqlite_error_code(),
            Self::Migration { source } => match source.as_ref() {
                rusqlite_migration::Error::RusqliteError { err, .. } => err.sqlite_error_code(),
                _ => None,
            },
            _ => None,
        }
    }

    /// The data folder or a file in it cannot be made.
    pub(crate) fn folder(folder: &Path, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::StorageFull {
            return Self::DiskFull;
        }
        Self::FolderNotWritable {
            folder: folder.to_owned(),
            source: Arc::new(source),
        }
    }

    /// Whether the file itself is damaged.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(
            self.code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        )
    }

    /// Whether the operating system failed to read or write. After that nothing that the
    /// connection believes can be trusted.
    pub(crate) fn is_io(&self) -> bool {
        matches!(
            self.code(),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen)
        )
    }

    /// Whether the disk or the file is to blame and not the order: the same order may go well
    /// later.
    #[must_use]
    pub fn is_storage(&self) -> bool {
        matches!(self, Self::DiskFull | Self::ReadOnly) || self.is_damage() || self.is_io()
    }
}

/// Adds what was being done to an error of `SQLite`.
pub(crate) trait Doing<T> {
    /// `doing` completes the sentence "failed to …".
    fn doing(self, doing: &'static str) -> Result<T>;
}

impl<T> Doing<T> for rusqlite::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| Error::sqlite(doing, source))
    }
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| Error::io(doing, source))
    }
}
