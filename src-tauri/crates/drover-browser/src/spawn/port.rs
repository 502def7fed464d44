//! `Spawn` and `Process`: what this crate needs of the one door for starting processes.

use std::{ffi::OsString, future::Future, io, path::PathBuf, pin::Pin, sync::Arc};

use serde::{Deserialize, Serialize};

use super::ChildEnd;

/// What to start. Program and folder are absolute; `env` is the whole environment of the child.
#[derive(Debug)]
pub struct SpawnRequest {
    /// The executable, absolute.
    pub program: PathBuf,
    /// The arguments after the program's name. They may be shown, so they never hold a secret.
    pub args: Vec<OsString>,
    /// The whole environment: nothing is inherited besides it.
    pub env: Vec<(OsString, OsString)>,
    /// The working folder, absolute.
    pub folder: PathBuf,
    /// Number in the child, and the end that is handed over. 1 and 2 replace the captured standard streams.
    pub fds: Vec<(i32, ChildEnd)>,
    /// Set as `DROVER_MARKER` in the child's environment by the door, so that stray descendants can be found.
    pub marker: String,
    /// Bytes of standard error that are kept for error messages.
    pub stderr_tail: usize,
}

/// What makes a process that one and no other, for checks before a signal is sent.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct ProcessIdentity {
    /// Process id, which is also the id of its process group.
    pub pid: u32,
    /// Clock ticks since boot, field 22 of `/proc/<pid>/stat`.
    pub started: u64,
    /// The executable as it was asked for.
    pub program: PathBuf,
    /// The value of `DROVER_MARKER`.
    pub marker: String,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It returned this code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

/// A future on the heap, so that the ports stay usable as trait objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A started process and everything it started.
pub trait Process: Send + Sync {
    /// Who it is.
    fn identity(&self) -> &ProcessIdentity;
    /// Waits for the end of the first process. May be awaited often, by many, and after the end.
    fn wait(&self) -> BoxFuture<'_, Exit>;
    /// Asks the process group to end (SIGTERM).
    fn terminate(&self);
    /// Ends the process group and every process that carries the marker (SIGKILL).
    fn kill(&self);
    /// Live processes of the group or with the marker.
    fn survivors(&self) -> Vec<u32>;
    /// The last bytes of standard error, as text. After [`Process::wait`] it holds what the process said last.
    fn stderr_tail(&self) -> String;
}

/// The one door for starting processes.
pub trait Spawn: Send + Sync {
    /// Starts a process in a session and process group of its own.
    fn spawn(&self, request: SpawnRequest) -> BoxFuture<'_, io::Result<Arc<dyn Process>>>;
}
