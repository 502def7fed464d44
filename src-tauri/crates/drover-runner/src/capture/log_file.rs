//! The log on disk: one JSON object a line, its middle given up when it grows too long.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use drover_model::LogLine;

/// The files of a log in reading order of the first; the other two take turns.
pub(super) const HEAD: &str = "log.jsonl";
pub(super) const TAILS: [&str; 2] = ["log-a.jsonl", "log-b.jsonl"];

/// How many bytes of output an attempt may keep. The first half is kept, and at least the newest quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota(pub u64);

impl Default for Quota {
    fn default() -> Self {
        Self(64 * 1024 * 1024)
    }
}

/// The open log of one attempt.
#[derive(Debug)]
pub(super) struct LogFile {
    folder: PathBuf,
    quota: Quota,
    file: BufWriter<File>,
    /// `None` while the head is written, then the turn.
    turn: Option<usize>,
    written: u64,
    /// The line that is being written, used again for the next.
    bytes: Vec<u8>,
}

impl LogFile {
    pub(super) fn create(folder: &Path, quota: Quota) -> io::Result<Self> {
        let file = open(&folder.join(HEAD))?;
        Ok(Self {
            folder: folder.to_owned(),
            quota,
            file,
            turn: None,
            written: 0,
            bytes: Vec::new(),
        })
    }

    pub(super) fn append(&mut self, line: &LogLine) -> io::Result<()> {
        self.bytes.clear();
        serde_json::to_writer(&mut self.bytes, line)?;
        self.bytes.push(b'\n');
        let length = self.bytes.len() as u64;
        let limit = if self.turn.is_none() {
            self.quota.0 / 2
        } else {
            self.quota.0 / 4
        };
        if self.written > 0 && self.written + length > limit {
            self.next()?;
        }
        self.written += length;
        self.file.write_all(&self.bytes)
    }

    /// What was appended becomes readable by others.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    /// Goes on in the file that holds the older lines, which are given up.
    fn next(&mut self) -> io::Result<()> {
        self.file.flush()?;
        let turn = self.turn.map_or(0, |turn| 1 - turn);
        self.file = open(&self.folder.join(TAILS[turn]))?;
        self.turn = Some(turn);
        self.written = 0;
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<BufWriter<File>> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    Ok(BufWriter::with_capacity(64 * 1024, file))
}
