//! Programs that keep running, each in a process group of its own, so that all of it can be ended.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

use super::Cmd;

/// How long a group may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(8);
/// How often the end of a group is looked for.
const TICK: Duration = Duration::from_millis(50);

/// A started program and everything it started in its process group. Dropping it ends them.
pub(crate) struct Group {
    child: Child,
    words: String,
}

impl Group {
    /// Starts a program whose output is shown.
    pub(crate) fn start(cmd: Cmd) -> Result<Self> {
        let (mut command, words) = cmd.into_command();
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("failed to start `{words}`"))?;
        Ok(Self { child, words })
    }

    /// Starts a program and waits for its first line, which says that it is ready.
    pub(crate) fn start_with_first_line(cmd: Cmd) -> Result<(Self, String)> {
        let (mut command, words) = cmd.into_command();
        let child = command
            .process_group(0)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("failed to start `{words}`"))?;
        let mut group = Self { child, words };
        let stdout = group
            .child
            .stdout
            .take()
            .expect("BUG: standard output is a pipe");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .with_context(|| format!("failed to read from `{}`", group.words))?;
        if line.trim().is_empty() {
            bail!("`{}` ended without a word", group.words);
        }
        Ok((group, line.trim().to_owned()))
    }

    /// Starts a program to which lines are written and from which lines are read; its errors are shown.
    pub(crate) fn start_to_talk(cmd: Cmd) -> Result<(Self, ChildStdin, ChildStdout)> {
        let (mut command, words) = cmd.into_command();
        let mut child = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("failed to start `{words}`"))?;
        let stdin = child.stdin.take().expect("BUG: standard input is a pipe");
        let stdout = child.stdout.take().expect("BUG: standard output is a pipe");
        Ok((Self { child, words }, stdin, stdout))
    }

    /// The process id of the program itself.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills the program itself, at once, and nothing that it started.
    pub(crate) fn kill_alone(&mut self) -> Result<()> {
        let killed = self.child.kill().and_then(|()| self.child.wait());
        killed
            .map(drop)
            .with_context(|| format!("failed to kill `{}`", self.words))
    }

    /// How the program itself ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("failed to wait for `{}`", self.words))
    }

    /// Asks the whole group to end, then makes it.
    fn end(&mut self) {
        let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else {
            return;
        };
        kill_process_group(group, Signal::TERM).ok(); // it may have ended by itself
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            self.child.try_wait().ok(); // reaps it, so that the group can become empty
            if test_kill_process_group(group).is_err() {
                return;
            }
            std::thread::sleep(TICK);
        }
        kill_process_group(group, Signal::KILL).ok(); // what is left did not listen
        self.child.wait().ok(); // it has just been killed
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ctrl-C and a polite request to end, noticed instead of obeyed at once.
pub(crate) struct Interrupt {
    noticed: Arc<AtomicBool>,
}

impl Interrupt {
    pub(crate) fn listen() -> Result<Self> {
        let noticed = Arc::new(AtomicBool::new(false));
        for signal in [
            signal_hook::consts::SIGINT,
            signal_hook::consts::SIGTERM,
            signal_hook::consts::SIGHUP,
        ] {
            signal_hook::flag::register(signal, Arc::clone(&noticed))
                .context("failed to listen for Ctrl-C")?;
        }
        Ok(Self { noticed })
    }

    pub(crate) fn came(&self) -> bool {
        self.noticed.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_the_program_and_what_it_started() {
        let script = "sleep 600 & echo $!; wait";
        let (group, line) =
            Group::start_with_first_line(Cmd::new("sh").args(["-c", script])).unwrap();
        let inner = Pid::from_raw(line.parse().unwrap()).unwrap();
        rustix::process::test_kill_process(inner).expect("the inner program runs");
        drop(group);
        // The inner program is no child of this one; whoever adopts it may take a moment to reap it.
        let gone = || {
            let stat = std::fs::read_to_string(format!("/proc/{line}/stat"));
            stat.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
                || std::fs::read_to_string(format!("/proc/{line}/stat"))
                    .is_ok_and(|stat| stat.contains(") Z "))
        };
        let deadline = Instant::now() + GRACE;
        while !gone() && Instant::now() < deadline {
            std::thread::yield_now();
        }
        assert!(gone(), "process {line} outlived its group");
    }

    #[test]
    fn silence_is_an_error() {
        let error = Group::start_with_first_line(Cmd::new("true"))
            .err()
            .unwrap();
        assert!(error.to_string().contains("without a word"), "{error}");
    }
}
