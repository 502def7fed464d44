//! What such a disk holds: for each file the bytes that are safe, and what was done since.
//!
//! The real file is what the operating system would show from its memory: every change goes there
//! at once. A power cut puts in its place what was flushed, and perhaps a part of the rest.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::c_int,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::ffi;

use super::shim;

/// How long those who have a file open may take to close it.
const PATIENCE: Duration = Duration::from_mins(1);
/// The unit in which a disk writes: of a longer write, some of these may arrive and some not.
const SECTOR: usize = 512;

/// What is counted on the way to a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Op {
    Write,
    Truncate,
    Flush,
    Create,
    Delete,
}

/// An operation and on which file: `database`, `log` or `journal`.
pub type At = (&'static str, Op);

/// What the disk does instead of what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Every write gives that code.
    Write(c_int),
    /// Every flush fails, and what it should have kept is never tried again, as on Linux.
    Flush,
    /// The file system was mounted anew, for reading alone: open files cannot be written, and
    /// new ones are opened without the right to.
    ReadOnly,
}

/// What a power cut leaves of what was not flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    All,
    Nothing,
    /// Some of the sectors, in no order, by that seed.
    Some(u64),
}

/// One folder on the disk.
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
    state: Mutex<State>,
    closed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    off: bool,
    /// Counts the power cuts: what was opened before one is dead after it.
    life: u64,
    fault: Option<Fault>,
    /// Operations until the cut, of every kind or of one alone.
    cut_after: Option<(u64, Option<At>)>,
    cut_at: BTreeSet<At>,
    open: usize,
    files: BTreeMap<PathBuf, Held>,
}

#[derive(Debug, Default)]
struct Held {
    safe: Option<Vec<u8>>,
    since: Vec<Change>,
}

#[derive(Debug)]
enum Change {
    Created,
    Written { at: u64, bytes: Vec<u8> },
    Resized(u64),
    Deleted,
}

impl Disk {
    /// Puts that folder onto a disk of its own. What is there already is safe.
    pub fn under(folder: &Path) -> Arc<Self> {
        let folder = folder.canonicalize().unwrap();
        let disk = Arc::new(Self {
            folder: folder.clone(),
            state: Mutex::default(),
            closed: Condvar::new(),
        });
        shim::serve(folder, Arc::clone(&disk));
        disk
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cuts the power at the operation of that number from now on, `only` those counted if said.
    pub fn cut_after(&self, operations: u64, only: Option<At>) {
        self.state().cut_after = Some((operations, only));
    }

    /// Cuts the power now.
    pub fn cut(&self) {
        self.state().off = true;
    }

    /// Whether the power is cut.
    pub fn is_off(&self) -> bool {
        self.state().off
    }

    /// At which operations the power was cut so far.
    pub fn cut_at(&self) -> BTreeSet<At> {
        self.state().cut_at.clone()
    }

    /// Fails so from now on, or no more.
    pub fn fail(&self, fault: Option<Fault>) {
        self.state().fault = fault;
    }

    /// Gives the power back: the files hold what the cut left. Everybody must have closed them.
    pub fn restore(&self, mut keep: Keep) {
        let closing = self
            .closed
            .wait_timeout_while(self.state(), PATIENCE, |state| state.open > 0);
        let (mut state, waited) = closing.unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "{} files are open", state.open);
        assert!(state.off, "the power is on");
        for (path, held) in &mut state.files {
            held.settle(&mut keep);
            match &held.safe {
                Some(bytes) => std::fs::write(path, bytes).unwrap(),
                None => match std::fs::remove_file(path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => panic!("{error}"),
                    _ => {}
                },
            }
        }
        // Shared memory is a file by accident; nothing ever flushes it.
        for entry in self.folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.to_string_lossy().ends_with("-shm") {
                std::fs::remove_file(path).unwrap();
            }
        }
        state.off = false;
        state.cut_after = None;
        state.life += 1;
    }

    /// Whether an operation may be done at all. The one that meets the cut is not.
    fn admit(state: &mut State, life: u64, path: &Path, op: Op) -> Result<(), c_int> {
        if state.off || state.life != life {
            return Err(ffi::SQLITE_IOERR);
        }
        let name = path.to_string_lossy();
        let at = match name.rsplit('-').next() {
            Some("wal") => ("log", op),
            Some("journal") => ("journal", op),
            _ => ("database", op),
        };
        if let Some((left, only)) = &mut state.cut_after
            && only.is_none_or(|only| only == at)
        {
            *left -= 1;
            if *left == 0 {
                state.off = true;
                state.cut_at.insert(at);
            }
        }
        match (state.fault, op) {
            (Some(Fault::Write(code)), Op::Write) => Err(code),
            (Some(Fault::ReadOnly), Op::Write) => Err(ffi::SQLITE_IOERR_WRITE),
            (Some(Fault::ReadOnly), Op::Truncate) => Err(ffi::SQLITE_IOERR_TRUNCATE),
            (Some(Fault::ReadOnly), Op::Delete) => Err(ffi::SQLITE_IOERR_DELETE),
            (Some(Fault::ReadOnly), Op::Create) => Err(ffi::SQLITE_CANTOPEN),
            _ => Ok(()),
        }
    }

    /// Does a change by `real` and notes it. At the cut, what the disk was just doing may stay.
    fn change(
        &self,
        life: u64,
        path: &Path,
        op: Op,
        change: Change,
        real: impl FnOnce() -> c_int,
    ) -> c_int {
        let mut state = self.state();
        if let Err(code) = Self::admit(&mut state, life, path, op) {
            return code;
        }
        let cut = state.off;
        let held = state.files.entry(path.to_owned()).or_default();
        if cut {
            held.since.push(change);
            return ffi::SQLITE_IOERR;
        }
        let code = real();
        if code == ffi::SQLITE_OK {
            held.since.push(change);
        }
        code
    }

    pub(super) fn write(
        &self,
        life: u64,
        path: &Path,
        at: u64,
        bytes: &[u8],
        real: impl FnOnce() -> c_int,
    ) -> c_int {
        let bytes = bytes.to_vec();
        let change = Change::Written { at, bytes };
        self.change(life, path, Op::Write, change, real)
    }

    pub(super) fn resize(
        &self,
        life: u64,
        path: &Path,
        to: u64,
        real: impl FnOnce() -> c_int,
    ) -> c_int {
        self.change(life, path, Op::Truncate, Change::Resized(to), real)
    }

    /// Makes all changes of the file safe. The real file needs no flush: its disk is this one.
    pub(super) fn flush(&self, life: u64, path: &Path) -> c_int {
        let mut state = self.state();
        if let Err(code) = Self::admit(&mut state, life, path, Op::Flush) {
            return code;
        }
        if state.off {
            return ffi::SQLITE_IOERR_FSYNC;
        }
        let failing = state.fault == Some(Fault::Flush);
        let held = state.files.entry(path.to_owned()).or_default();
        if failing {
            held.since.clear();
            return ffi::SQLITE_IOERR_FSYNC;
        }
        let is_new = held
            .since
            .iter()
            .any(|change| matches!(change, Change::Created));
        held.settle(&mut Keep::All);
        if is_new {
            // `SQLite` flushes the folder with a file's first flush, and so what was deleted there.
            for held in state.files.values_mut() {
                held.settle_deletion();
            }
        }
        ffi::SQLITE_OK
    }

    /// Opens by `real`, which is told whether it may write, and gives the life it belongs to.
    pub(super) fn open(
        &self,
        path: &Path,
        may_create: bool,
        real: impl FnOnce(bool) -> c_int,
    ) -> Result<u64, c_int> {
        let mut state = self.state();
        let life = state.life;
        if state.off {
            return Err(ffi::SQLITE_CANTOPEN);
        }
        let is_there = path.exists();
        if !is_there && may_create {
            Self::admit(&mut state, life, path, Op::Create)?;
            if state.off {
                return Err(ffi::SQLITE_CANTOPEN);
            }
        }
        if !state.files.contains_key(path) {
            // Read before anybody has it open: closing a file gives up the locks of the process.
            let safe = is_there.then(|| std::fs::read(path).unwrap());
            let since = Vec::new();
            state.files.insert(path.to_owned(), Held { safe, since });
        }
        let code = real(state.fault != Some(Fault::ReadOnly));
        if code != ffi::SQLITE_OK {
            return Err(code);
        }
        state.open += 1;
        if !is_there {
            let held = state.files.get_mut(path).expect("BUG: it was put there");
            held.since.push(Change::Created);
        }
        Ok(life)
    }

    pub(super) fn close(&self) {
        self.state().open -= 1;
        self.closed.notify_all();
    }

    pub(super) fn delete(&self, path: &Path, flushed: bool, real: impl FnOnce() -> c_int) -> c_int {
        let life = self.state().life;
        let code = self.change(life, path, Op::Delete, Change::Deleted, real);
        if flushed && code == ffi::SQLITE_OK {
            self.flush(life, path);
        }
        code
    }
}

impl Held {
    fn settle_deletion(&mut self) {
        let deleted = |change: &Change| matches!(change, Change::Deleted);
        if let Some(last) = self.since.iter().rposition(deleted) {
            self.since.drain(..=last);
            self.safe = None;
        }
    }

    /// Brings to the safe bytes what is kept of the changes, and forgets the rest.
    fn settle(&mut self, keep: &mut Keep) {
        for change in std::mem::take(&mut self.since) {
            match (change, &mut self.safe) {
                (Change::Deleted, _) if !keep.one() => {
                    // The old file stands, so whatever took its place never came.
                    return;
                }
                (Change::Deleted, safe) => *safe = None,
                (Change::Created, safe @ None) if keep.one() => *safe = Some(Vec::new()),
                (Change::Resized(to), Some(safe)) if keep.one() => {
                    safe.resize(usize::try_from(to).unwrap(), 0);
                }
                (Change::Written { at, bytes }, Some(safe)) => write(safe, at, &bytes, keep),
                _ => {}
            }
        }
    }
}

/// Writes those sectors that are kept.
fn write(safe: &mut Vec<u8>, at: u64, bytes: &[u8], keep: &mut Keep) {
    let at = usize::try_from(at).unwrap();
    let mut done = 0;
    while done < bytes.len() {
        let from = at + done;
        let piece = &bytes[done..bytes.len().min(done + SECTOR - from % SECTOR)];
        if keep.one() {
            let to = from + piece.len();
            safe.resize(safe.len().max(to), 0);
            safe[from..to].copy_from_slice(piece);
        }
        done += piece.len();
    }
}

impl Keep {
    /// Whether the next piece is kept; the same seed says the same.
    fn one(&mut self) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Some(seed) => {
                *seed = scatter(*seed);
                *seed >> 63 == 1
            }
        }
    }
}

/// A number that looks like chance, made of another one.
pub const fn scatter(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
