//! The copy of a stopped profile.

use std::{
    cell::Cell,
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use drover_model::{CopyReport, LeftOut};
use rustix::{
    fs::{FlockOperation, fcntl_lock},
    io::Errno,
};

use super::{
    Job, KeepError,
    error::{Result, at},
    system,
    walk::Tree,
};

/// Between two looks at whether the work was cancelled.
const CHUNK: u64 = 8 * 1024 * 1024;
/// The first bytes of every `SQLite` database.
const SQLITE: &[u8; 16] = b"SQLite format 3\0";
/// Files that belong to a database and must be copied with it, under its lock.
const BESIDE: [&str; 2] = ["-wal", "-journal"];

/// Where the files go.
pub(super) trait Sink {
    /// Takes one file. How many of its bytes share the disk with the source.
    fn take(&self, path: &Path, from: &mut File, bytes: u64, job: &Job<'_>) -> Result<u64>;
}

/// Hands every file of the tree to the sink. A database and the files beside it are handed over while its lock is
/// held, so no program can write to it meanwhile.
pub(super) fn copy(root: &Path, tree: &Tree, sink: &dyn Sink, job: &Job<'_>) -> Result<CopyReport> {
    job.expects(tree.files.len() as u64, tree.bytes());
    let mut report = CopyReport::default();
    for other in &tree.others {
        report.left.push(LeftOut {
            what: other.display().to_string(),
            why: "neither a file nor a folder".to_owned(),
        });
    }
    let has = |path: &Path| {
        tree.files
            .binary_search_by(|(known, _)| known.as_path().cmp(path))
            .is_ok()
    };
    for (path, _) in &tree.files {
        if database_of(path).is_some_and(|database| has(&database)) {
            continue; // it is copied with its database
        }
        let (mut file, bytes) = open(&root.join(path))?;
        let locked = lock_database(&root.join(path), &mut file)?;
        hand_over(root, path, (&mut file, bytes), sink, job, &mut report)?;
        for beside in BESIDE
            .map(|end| with_end(path, end))
            .iter()
            .filter(|beside| has(beside))
        {
            let (mut file, bytes) = open(&root.join(beside))?;
            hand_over(root, beside, (&mut file, bytes), sink, job, &mut report)?;
        }
        tracing::trace!(path = %path.display(), locked, "copied");
    }
    Ok(report)
}

fn hand_over(
    root: &Path,
    path: &Path,
    (file, bytes): (&mut File, u64),
    sink: &dyn Sink,
    job: &Job<'_>,
    report: &mut CopyReport,
) -> Result<()> {
    job.check()?;
    let full = root.join(path);
    let stamp = |file: &File| -> io::Result<_> {
        let now = file.metadata()?;
        Ok((now.len(), now.modified()?))
    };
    let before = stamp(file).map_err(at("read", &full))?;
    let shared = sink.take(path, file, bytes, job)?;
    if stamp(file).map_err(at("read", &full))? != before {
        return Err(KeepError::Changed(full));
    }
    report.files += 1;
    report.bytes += bytes;
    report.shared_bytes += shared;
    job.did(1, 0);
    Ok(())
}

fn open(path: &Path) -> Result<(File, u64)> {
    // A link that took the place of a file since the walk is not followed.
    let follow_no_link = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(follow_no_link)
        .open(path);
    let file = file.map_err(at("read", path))?;
    let bytes = file.metadata().map_err(at("read", path))?.len();
    Ok((file, bytes))
}

/// Takes the lock of a reader on a `SQLite` database, which every writer respects. It ends with the file.
fn lock_database(path: &Path, file: &mut File) -> Result<bool> {
    let mut start = [0; SQLITE.len()];
    if file.read_exact_at(&mut start, 0).is_err() || start != *SQLITE {
        return Ok(false);
    }
    match fcntl_lock(&*file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Ok(true),
        Err(Errno::ACCESS | Errno::AGAIN) => Err(KeepError::Busy(path.to_owned())),
        Err(error) => {
            // Some network file systems have no locks. The profile is stopped, which is the first proof.
            tracing::debug!(path = %path.display(), %error, "a database could not be locked");
            Ok(false)
        }
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// The database that a file lies beside, by its name.
fn database_of(path: &Path) -> Option<PathBuf> {
    let name = path.to_str()?;
    BESIDE
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .map(PathBuf::from)
}

/// Writes into a folder, sharing blocks where the file system can.
pub(super) struct Folder {
    root: PathBuf,
    /// Turned off by the first file that could not be shared, because the others cannot be either.
    sharing: Cell<bool>,
}

impl Folder {
    /// Makes the folder, which must not exist, and the folders of the tree in it.
    pub(super) fn make(root: &Path, tree: &Tree) -> Result<Self> {
        make_folder(root)?;
        for folder in &tree.folders {
            make_folder(&root.join(folder))?;
        }
        Ok(Self {
            root: root.to_owned(),
            sharing: Cell::new(true),
        })
    }

    /// Where a file of the tree goes.
    pub(super) fn path(&self, path: &Path) -> PathBuf {
        self.root.join(path)
    }
}

impl Sink for Folder {
    fn take(&self, path: &Path, from: &mut File, bytes: u64, job: &Job<'_>) -> Result<u64> {
        let target = self.path(path);
        let mut to = create(&target)?;
        if bytes > 0 && self.sharing.get() {
            let shared = system::share(from, &to).map_err(at("write", &target))?;
            if shared {
                job.did(0, bytes);
                return Ok(bytes);
            }
            self.sharing.set(false);
        }
        loop {
            job.check()?;
            let copied =
                io::copy(&mut (&*from).take(CHUNK), &mut to).map_err(at("write", &target))?;
            if copied == 0 {
                return Ok(0);
            }
            job.did(0, copied);
        }
    }
}

/// A new file for its owner alone.
pub(crate) fn create(path: &Path) -> Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    file.map_err(at("create", path))
}

/// A new folder for its owner alone.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    DirBuilder::new()
        .mode(0o700)
        .create(path)
        .map_err(at("create", path))
}

/// The folder that contains `path`, made when it is missing.
pub(crate) fn parent(path: &Path) -> Result<&Path> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let made = DirBuilder::new().recursive(true).mode(0o700).create(parent);
    made.map_err(at("create", parent))?;
    Ok(parent)
}

/// A folder or file that is being made. It is removed again unless it is put into its place.
pub(crate) struct Partial {
    path: PathBuf,
    placed: bool,
}

impl Partial {
    /// Beside `target`, which must not exist; what an interrupted attempt left there is removed.
    pub(crate) fn beside(target: &Path) -> Result<Self> {
        if fs::symlink_metadata(target).is_ok() {
            return Err(KeepError::Exists(target.to_owned()));
        }
        let partial = Self::at(&partial_path(target));
        parent(target)?;
        remove_all(&partial.path)?;
        Ok(partial)
    }

    /// At this very path.
    pub(crate) fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            placed: false,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes what was written last, and gives it its name.
    pub(crate) fn place(mut self, target: &Path) -> Result<()> {
        let folder = parent(target)?;
        if self.path.is_dir() {
            system::sync_all_below(&self.path).map_err(at("synchronise", &self.path))?;
        }
        fs::rename(&self.path, target).map_err(at("create", target))?;
        self.placed = true;
        system::sync_folder(folder).map_err(at("synchronise", folder))
    }

    /// Leaves it where it is.
    pub(crate) fn keep(mut self) {
        self.placed = true;
    }

    /// The same as [`Partial::place`], but when that fails it stays where it is.
    pub(crate) fn place_or_keep(mut self, target: &Path) -> Result<()> {
        self.placed = true;
        self.place(target)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.placed
            && let Err(error) = remove_all(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "what was half made could not be removed");
        }
    }
}

/// Where something lies while it is made.
pub(crate) fn partial_path(target: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(".partial");
    target.with_file_name(name)
}

/// Removes a file, or a folder with all that is in it, when there is one. Links are removed and not followed.
pub(crate) fn remove_all(path: &Path) -> Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(there) if there.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at("remove", path)(error)),
        _ => Ok(()),
    }
}
