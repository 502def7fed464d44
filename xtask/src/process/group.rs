//! Programs that keep running, each with everything that it starts, so that all of it can be ended.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

use super::Cmd;
use super::platform;

/// A started program and everything it started in its process group. Dropping it ends them.
pub(crate) struct Group {
    child: Child,
    words: String,
}

impl Group {
    /// Starts a program whose output is shown.
    pub(crate) fn start(cmd: Cmd) -> Result<Self> {
        let (mut command, words) = cmd.into_command();
        let child = platform::apart(&mut command)
            .spawn()
            .with_context(|| format!("failed to start `{words}`"))?;
        Ok(Self { child, words })
    }

    /// Starts a program and waits for its first line, which says that it is ready.
    pub(crate) fn start_with_first_line(cmd: Cmd) -> Result<(Self, String)> {
        let (mut command, words) = cmd.into_command();
        let child = platform::apart(&mut command)
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
        let mut child = platform::apart(&mut command)
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
}

impl Drop for Group {
    fn drop(&mut self) {
        platform::end(&mut self.child);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::{Duration, Instant};

    use rustix::process::Pid;

    use super::*;

    /// A machine under load takes longer than any other.
    const PATIENCE: Duration = Duration::from_secs(8);

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
        let deadline = Instant::now() + PATIENCE;
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
