//! Systems whose process rules are not built yet: every start is refused with a clear error.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;

use drover_browser::Exit;
use rustix::process::Signal;

#[derive(Debug)]
pub(super) struct Spawned {
    pub(super) pid: u32,
    pub(super) started: u64,
    pub(super) program: PathBuf,
    pub(super) stdout: Option<OwnedFd>,
    pub(super) stderr: Option<OwnedFd>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) pid: u32,
    pub(super) parent: u32,
    pub(super) group: u32,
    pub(super) session: u32,
    pub(super) started: u64,
}

impl Spawned {
    pub(super) fn new(mut child: std::process::Child, _program: PathBuf) -> io::Result<Self> {
        child.kill()?;
        child.wait()?;
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "tasks cannot be run on this system yet, only on Linux",
        ))
    }
}

pub(super) fn isolate(_command: &mut Command, _parent: u32, _brand: u64) {}

pub(super) fn watch(
    _pid: u32,
    _told: impl FnOnce(Exit) + Send + 'static,
    _released: mpsc::Receiver<()>,
) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn abandon(_pid: u32) {}

pub(super) fn signal_group(_group: u32, _signal: Signal) {}

pub(super) fn signal_process(_seen: Entry, _signal: Signal) {}

pub(super) fn living() -> Vec<Entry> {
    Vec::new()
}

pub(super) fn resident(_pid: u32) -> u64 {
    0
}

pub(super) fn share(_pid: u32) -> Option<u64> {
    None
}

pub(super) fn marker_of(_pid: u32) -> Option<String> {
    None
}

pub(super) fn brand_of(_pid: u32) -> Option<u64> {
    None
}

pub(super) fn uses_data_dir(_pid: u32, _folder: &Path) -> bool {
    false
}

pub(super) fn only_its_owner_writes(folder: &Path) -> bool {
    folder.is_dir()
}
