//! A program to run, with its surroundings.
#![expect(
    clippy::disallowed_methods,
    reason = "the one file of xtask that starts programs"
)]

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

/// A program with its arguments. It never reads from the terminal: nothing here waits for an answer.
pub(crate) struct Cmd {
    command: Command,
    words: String,
}

/// What a program said while it was shown, and whether it succeeded.
pub(crate) struct Teed {
    pub(crate) ok: bool,
    pub(crate) text: String,
}

impl Cmd {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program.as_ref());
        command.stdin(Stdio::null());
        Self {
            command,
            words: program.as_ref().to_string_lossy().into_owned(),
        }
    }

    /// Cargo, the one that started xtask, at the root of the repository.
    pub(crate) fn cargo() -> Self {
        Self::new("cargo").dir(crate::layout::root())
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.words.push(' ');
        self.words.push_str(&arg.as_ref().to_string_lossy());
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn envs(self, all: impl IntoIterator<Item = (&'static str, OsString)>) -> Self {
        all.into_iter()
            .fold(self, |cmd, (name, value)| cmd.env(name, value))
    }

    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it in view and wants it to succeed.
    pub(crate) fn run(mut self) -> Result<()> {
        let status = self.command.status().with_context(|| self.not_started())?;
        self.wants_success(status)
    }

    /// Runs it in view and says whether it succeeded.
    pub(crate) fn succeeds(mut self) -> Result<bool> {
        let status = self.command.status().with_context(|| self.not_started())?;
        Ok(status.success())
    }

    /// Runs it unseen and says whether it could be started and succeeded.
    pub(crate) fn quietly(mut self) -> bool {
        let silent = self.command.stdout(Stdio::null()).stderr(Stdio::null());
        silent.status().is_ok_and(|status| status.success())
    }

    /// Runs it unseen and returns what it printed; its error text becomes part of the failure.
    pub(crate) fn output(mut self) -> Result<String> {
        let output = self.command.output().with_context(|| self.not_started())?;
        let said = String::from_utf8_lossy(&output.stderr);
        self.wants_success(output.status)
            .with_context(|| said.trim().to_owned())?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it unseen and returns both streams together, whether it succeeded or not.
    pub(crate) fn everything_said(mut self) -> Result<Teed> {
        let output = self.command.output().with_context(|| self.not_started())?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok(Teed {
            ok: output.status.success(),
            text,
        })
    }

    /// Runs it in view and also returns what it printed.
    pub(crate) fn tee(mut self) -> Result<Teed> {
        let streams = self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = streams.spawn().with_context(|| self.not_started())?;
        let stdout = child.stdout.take().expect("BUG: standard output is a pipe");
        let stderr = child.stderr.take().expect("BUG: standard error is a pipe");
        let reader = std::thread::spawn(move || pass_on(stdout, std::io::stdout()));
        let mut text = pass_on(stderr, std::io::stderr());
        text.push_str(
            &reader
                .join()
                .expect("BUG: the reading thread does not panic"),
        );
        let status = child.wait().with_context(|| self.not_started())?;
        Ok(Teed {
            ok: status.success(),
            text,
        })
    }

    /// The command itself, for `Group`, which starts it and keeps it running.
    pub(super) fn into_command(self) -> (Command, String) {
        (self.command, self.words)
    }

    fn not_started(&self) -> String {
        format!("failed to start `{}`", self.words)
    }

    fn wants_success(&self, status: ExitStatus) -> Result<()> {
        if !status.success() {
            bail!("`{}` ended with {status}", self.words);
        }
        Ok(())
    }
}

/// Copies a stream on while keeping it; ends with the stream, or when nobody takes the copy any more.
fn pass_on(mut from: impl Read, mut to: impl Write) -> String {
    let mut kept = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        match from.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(count) => {
                kept.extend_from_slice(&chunk[..count]);
                to.write_all(&chunk[..count]).ok(); // a closed terminal does not end the tests
                to.flush().ok(); // as above
            }
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_both_streams_and_the_verdict() {
        let said = Cmd::new("cargo")
            .arg("--version")
            .everything_said()
            .unwrap();
        assert!(said.ok && said.text.starts_with("cargo "), "{}", said.text);
        let said = Cmd::new("cargo")
            .arg("no-such-verb")
            .everything_said()
            .unwrap();
        assert!(
            !said.ok && said.text.contains("no-such-verb"),
            "{}",
            said.text
        );
    }

    #[test]
    fn a_failure_names_the_command_and_its_words() {
        let error = Cmd::new("cargo").arg("no-such-verb").output().unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("`cargo no-such-verb` ended with"), "{text}");
        let error = Cmd::new("no-program-has-this-name").run().unwrap_err();
        assert!(error.to_string().contains("failed to start"), "{error}");
    }
}
