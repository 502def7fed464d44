//! A started process and everything that descends from it.

use std::io;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use drover_browser::{Exit, ProcessIdentity};
use rustix::process::Signal;
use tokio::net::unix::pipe;
use tokio::sync::watch;

use super::door::Output;
use super::platform::{self, Entry, Spawned};
use super::tail::Tail;
use super::tree::Tree;

/// A child of Drover. Dropping it kills its whole tree.
#[derive(Debug)]
pub struct Child {
    identity: ProcessIdentity,
    exit: watch::Receiver<Option<Exit>>,
    pipes: Mutex<Option<(pipe::Receiver, pipe::Receiver)>>,
    tail: Arc<Mutex<Tail>>,
    /// Hanging up lets the waiting thread reap the zombie; until then the group's number stays reserved.
    _zombie: mpsc::Sender<()>,
    /// What it has started may live on.
    left: bool,
}

impl Child {
    pub(super) fn adopt(spawned: Spawned, marker: String, output: Output) -> io::Result<Self> {
        let (tell, exit) = watch::channel(None);
        let (zombie, released) = mpsc::channel();
        let told = move |how| {
            tell.send_replace(Some(how));
        };
        if let Err(error) = platform::watch(spawned.pid, told, released) {
            platform::abandon(spawned.pid);
            return Err(error);
        }
        let Spawned {
            pid,
            started,
            program,
            stdout,
            stderr,
        } = spawned;
        let child = Self {
            identity: ProcessIdentity {
                pid,
                started,
                program,
                marker,
            },
            exit,
            pipes: Mutex::new(None),
            tail: Arc::new(Mutex::new(Tail::new(if let Output::Tail(size) = output {
                size
            } else {
                0
            }))),
            _zombie: zombie,
            left: false,
        };
        let stderr = stderr.map(pipe::Receiver::from_owned_fd).transpose()?;
        let stdout = stdout.map(pipe::Receiver::from_owned_fd).transpose()?;
        match (stdout, stderr) {
            (Some(stdout), Some(stderr)) => *lock(&child.pipes) = Some((stdout, stderr)),
            (None, Some(stderr)) => {
                tokio::spawn(Tail::fill(Arc::clone(&child.tail), stderr));
            }
            _ => {}
        }
        Ok(child)
    }

    /// Who it is, in a form that survives a restart of Drover.
    pub fn identity(&self) -> &ProcessIdentity {
        &self.identity
    }

    /// The ends of its standard output and error, once, if it was started with [`Output::Pipes`].
    pub fn take_pipes(&self) -> Option<(pipe::Receiver, pipe::Receiver)> {
        lock(&self.pipes).take()
    }

    /// How it ended, as soon as it has. Others of its tree may live on.
    pub async fn wait(&self) -> Exit {
        let mut exit = self.exit.clone();
        match exit.wait_for(Option::is_some).await {
            Ok(how) => how.unwrap_or(Exit::Signal(0)),
            Err(_) => Exit::Signal(0), // the waiting thread panicked; nothing is known
        }
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        self.exit.borrow().is_some()
    }

    /// Asks the group to finish what it is doing: Playwright still writes its traces.
    pub fn interrupt(&self) {
        platform::signal_group(self.identity.pid, Signal::INT);
        // One that is stopped hears of it only when it goes on.
        platform::signal_group(self.identity.pid, Signal::CONT);
    }

    /// Asks the group, and who left it, to end.
    pub fn terminate(&self) {
        self.signal_all(Signal::TERM);
        self.signal_all(Signal::CONT);
    }

    /// Ends the group and who left it.
    pub fn kill(&self) {
        self.signal_all(Signal::KILL);
    }

    /// Everybody of this tree who is alive: by group, by session, by marker, by brand, and their children. Zombies
    /// are dead.
    pub fn survivors(&self) -> Vec<u32> {
        self.alive().iter().map(|entry| entry.pid).collect()
    }

    /// Everything that descends from it.
    pub fn tree(&self) -> Tree {
        Tree::new(self.identity.clone())
    }

    /// The last bytes of its standard error, if it was started with [`Output::Tail`].
    pub fn stderr_tail(&self) -> String {
        lock(&self.tail).text()
    }

    /// Lets it and its tree go on without Drover: a program of the person's own, such as a browser.
    pub fn leave(mut self) {
        self.left = true;
    }

    fn signal_all(&self, signal: Signal) {
        platform::signal_group(self.identity.pid, signal);
        for entry in self
            .alive()
            .into_iter()
            .filter(|entry| entry.group != self.identity.pid)
        {
            platform::signal_process(entry, signal);
        }
    }

    fn alive(&self) -> Vec<Entry> {
        self.tree().alive()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.left {
            self.kill();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
