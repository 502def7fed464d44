//! Programs that keep running, where there are no process groups: only the program itself is ended.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

use super::Cmd;

/// A started program. Dropping it ends it.
pub(crate) struct Group {
    child: Child,
    words: String,
}

impl Group {
    /// Starts a program whose output is shown.
    pub(crate) fn start(cmd: Cmd) -> Result<Self> {
        let (mut command, words) = cmd.into_command();
        let child = command
            .spawn()
            .with_context(|| format!("failed to start `{words}`"))?;
        Ok(Self { child, words })
    }

    /// Starts a program and waits for its first line, which says that it is ready.
    pub(crate) fn start_with_first_line(cmd: Cmd) -> Result<(Self, String)> {
        let (mut command, words) = cmd.into_command();
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("failed to start `{words}`"))?;
        let stdout = child.stdout.take().expect("BUG: standard output is a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        if line.trim().is_empty() {
            bail!("`{words}` ended without a word");
        }
        Ok((Self { child, words }, line.trim().to_owned()))
    }

    /// Starts a program to which lines are written and from which lines are read; its errors are shown.
    pub(crate) fn start_to_talk(cmd: Cmd) -> Result<(Self, ChildStdin, ChildStdout)> {
        let (mut command, words) = cmd.into_command();
        let mut child = command
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
        self.child.kill().ok(); // it may have ended by itself
        self.child.wait().ok(); // it has just been killed
    }
}

/// Ctrl-C ends everything on this console here, so there is nothing to notice.
pub(crate) struct Interrupt;

impl Interrupt {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the same shape as where it can fail"
    )]
    pub(crate) fn listen() -> Result<Self> {
        Ok(Self)
    }

    #[expect(clippy::unused_self, reason = "the same shape as where it is used")]
    pub(crate) fn came(&self) -> bool {
        false
    }
}
