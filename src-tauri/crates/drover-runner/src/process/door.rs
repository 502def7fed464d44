//! The door: every process of Drover is started by one thread that never ends.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, mpsc};

use command_fds::{CommandFdExt as _, FdMapping};
use tokio::sync::oneshot;

use super::brand::brand;
use super::environment::{Audience, Environment, allowed};
use super::{Child, platform};

/// The variable that every child carries, and that its own children inherit.
pub const MARKER_VARIABLE: &str = "DROVER_MARKER";

/// Where a child's standard output and error go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Two pipes, to be taken with [`Child::take_pipes`].
    Pipes,
    /// Standard output to nowhere; the last so many bytes of standard error are kept.
    Tail(usize),
}

/// One process to start. The environment is complete: nothing is inherited besides it.
#[derive(Debug)]
pub struct Start {
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub environment: Environment,
    pub folder: PathBuf,
    /// Descriptors the child gets, by the number it sees.
    pub fds: Vec<(i32, OwnedFd)>,
    /// Put into [`MARKER_VARIABLE`] with a number of this start behind it; finds descendants that left the group.
    pub marker: String,
    pub output: Output,
}

type Answer = oneshot::Sender<io::Result<platform::Spawned>>;
type Job = (Start, Answer);

/// A handle to the spawn thread, plus the environment Drover was started with.
#[derive(Clone, Debug)]
pub struct Door {
    own: Arc<Environment>,
    jobs: mpsc::Sender<Job>,
}

impl Door {
    /// Opens the door. `own` is Drover's environment as the engine read it at start-up.
    ///
    /// There is one spawn thread in a process, whatever the number of doors: Linux ties the parent-death signal to
    /// the thread that started the child, so that thread must never end before Drover does.
    pub fn open(own: BTreeMap<OsString, OsString>) -> io::Result<Self> {
        static SPAWNER: OnceLock<mpsc::Sender<Job>> = OnceLock::new();
        let jobs = if let Some(jobs) = SPAWNER.get() {
            jobs.clone()
        } else {
            let (jobs, inbox) = mpsc::channel::<Job>();
            let thread = std::thread::Builder::new().name("spawner".to_owned());
            thread.spawn(move || serve(&inbox))?;
            // When two doors open at once, the loser's thread ends before it has started anything.
            SPAWNER.get_or_init(|| jobs).clone()
        };
        Ok(Self {
            own: Arc::new(own),
            jobs,
        })
    }

    /// What a child of this audience inherits.
    pub fn environment(&self, audience: Audience) -> Environment {
        allowed(&self.own, audience, &platform::only_its_owner_writes)
    }

    /// Starts a process in a session and a group of its own.
    ///
    /// # Errors
    /// Whatever the system answers: the program or the folder is not there, may not be executed, or the machine is
    /// out of processes.
    pub async fn start(&self, start: Start) -> io::Result<Child> {
        let mut start = start;
        start.marker = unique(&start.marker);
        let marker = start.marker.clone();
        let output = start.output;
        let (answer, answered) = oneshot::channel();
        self.jobs
            .send((start, answer))
            .map_err(|_| io::Error::other("the spawn thread is gone"))?;
        let spawned = answered
            .await
            .map_err(|_| io::Error::other("the spawn thread is gone"))??;
        Child::adopt(spawned, marker, output)
    }
}

/// The marker with a number of its own behind it: a handle must not take a later process of the same profile for its
/// own, while a sweep still finds both by what they begin with.
fn unique(marker: &str) -> String {
    static STARTS: AtomicU64 = AtomicU64::new(1);
    format!(
        "{marker}#{}-{}",
        std::process::id(),
        STARTS.fetch_add(1, Ordering::Relaxed)
    )
}

fn serve(inbox: &mpsc::Receiver<Job>) {
    while let Ok((start, answer)) = inbox.recv() {
        if let Err(Ok(spawned)) = answer.send(spawn(start)) {
            // The caller stopped waiting, so nobody would ever end this child.
            platform::abandon(spawned.pid);
        }
    }
}

fn spawn(start: Start) -> io::Result<platform::Spawned> {
    if !start.program.is_absolute() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the program is not an absolute path",
        ));
    }
    let parent = std::process::id();
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one door that the ban points to"
    )]
    let mut command = std::process::Command::new(&start.program);
    command
        .args(&start.args)
        .env_clear()
        .envs(&start.environment)
        .env(MARKER_VARIABLE, &start.marker)
        .current_dir(existing(&start.folder)?)
        .stdin(Stdio::null())
        .stdout(if start.output == Output::Pipes {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stderr(Stdio::piped());
    platform::isolate(&mut command, parent, brand(&start.marker));
    let fds = start
        .fds
        .into_iter()
        .map(|(child_fd, parent_fd)| FdMapping {
            parent_fd,
            child_fd,
        })
        .collect();
    command
        .fd_mappings(fds)
        .map_err(|_| io::Error::other("two descriptors were given one number"))?;
    let spawned = command.spawn();
    // The mapping holds Drover's copies of the child's ends until the command is dropped.
    drop(command);
    platform::Spawned::new(spawned?, start.program)
}

/// `spawn` reports a missing working folder as "not found", which reads as if the program were missing.
fn existing(folder: &Path) -> io::Result<&Path> {
    if folder.is_dir() {
        return Ok(folder);
    }
    Err(io::Error::new(
        io::ErrorKind::NotADirectory,
        format!("the folder `{}` is not there", folder.display()),
    ))
}
