//! What can go wrong with keeping.

use std::{
    io,
    path::{Path, PathBuf},
};

use drover_model::{Origin, SnapshotId};

/// A failure of keeping. The profile is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// It was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The profile is open, or a foreign lock says so.
    #[error(transparent)]
    Held(#[from] crate::Error),
    /// A browser outside Drover has the source open.
    #[error("`{folder}` is open in a browser, process {pid}; close it first")]
    SourceOpen {
        /// The browser's data folder.
        folder: PathBuf,
        /// The process.
        pid: u32,
    },
    /// Another machine has, or had, the source open.
    #[error("`{folder}` is marked as open on the machine `{host}`")]
    SourceElsewhere {
        /// The browser's data folder.
        folder: PathBuf,
        /// The other machine.
        host: String,
    },
    /// A program writes to a database that is to be copied.
    #[error("the database `{0}` is in use by another program")]
    Busy(PathBuf),
    /// A file changed while it was copied.
    #[error("`{0}` changed while it was copied")]
    Changed(PathBuf),
    /// There is no profile in the folder.
    #[error("`{0}` holds no profile")]
    NoProfile(PathBuf),
    /// Something is where a new thing was to be.
    #[error("`{0}` exists already")]
    Exists(PathBuf),
    /// There is no such snapshot, or it cannot be read.
    #[error("no snapshot `{0}`")]
    NoSnapshot(SnapshotId),
    /// The snapshot's cookies belong to another browser or encryption.
    #[error("the snapshot was made with {was}, the profile now uses {is}")]
    OriginDiffers {
        /// The snapshot's.
        was: Origin,
        /// The profile's.
        is: Origin,
    },
    /// The file is no bundle, is cut off, or is not as its list says.
    #[error("the bundle is refused: {0}")]
    Bundle(String),
    /// The disk has too little room.
    #[error("{needed} bytes are needed at `{folder}`, {free} are free")]
    NoSpace {
        /// Where.
        folder: PathBuf,
        /// How many would be written.
        needed: u64,
        /// How many can be written.
        free: u64,
    },
    /// A file or folder could not be read or written.
    #[error("failed to {doing} `{path}`")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

pub(crate) type Result<T> = std::result::Result<T, KeepError>;

/// Turns what the system said into an error that names the path.
pub(crate) fn at(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> KeepError {
    let path = path.to_owned();
    move |source| KeepError::Io {
        doing,
        path,
        source,
    }
}
