//! The command line, as a user and as a script meet it.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::{desktop::Desktop, window::program};

/// What a call of `drover-cli` said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// It went well; its words.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self.stdout
    }

    /// It went well; its one JSON document.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let text = self.ok();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// It failed with that code; the error on standard error.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> Value {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        let line = self
            .stderr
            .lines()
            .find(|line| line.starts_with('{'))
            .unwrap_or_else(|| panic!("no error document in {}", self.stderr));
        serde_json::from_str::<Value>(line).unwrap()["error"].take()
    }
}

impl Desktop {
    /// `drover-cli --json …` on this desktop's data folder.
    pub(crate) fn cli(&self, arguments: &[&str]) -> Said {
        self.cli_with_input(arguments, None)
    }

    /// The same with a text on standard input.
    pub(crate) fn cli_with_input(&self, arguments: &[&str], input: Option<&str>) -> Said {
        let mut command = self.cli_command(arguments);
        let output = match input {
            None => command.stdin(Stdio::null()).output().unwrap(),
            Some(input) => {
                let mut child = command
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap();
                std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes())
                    .unwrap();
                child.wait_with_output().unwrap()
            }
        };
        Said::of(&output)
    }

    pub(crate) fn cli_command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(program("DROVER_CLI_BIN"));
        command
            .arg("--data-dir")
            .arg(self.data())
            .arg("--json")
            .args(arguments);
        command
    }
}
