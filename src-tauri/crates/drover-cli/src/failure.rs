//! How a command can end other than by an answer, and what the process says then.

use std::{ffi::OsString, io, process::ExitCode};

use clap::error::ErrorKind;
use drover_model::{Code, CommandError};

use crate::output::Output;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The engine, the connection or the input said no.
    Command(CommandError),
    /// Ctrl-C.
    Interrupted,
    /// The program that reads standard output went away, as `head` does. It has what it wanted.
    ReaderGone,
}

/// The exit code, where there is one.
pub(crate) type Outcome = Result<u8, Failure>;

/// The exit code of a process that Ctrl-C ended.
pub(crate) const INTERRUPTED: u8 = 130;

impl Failure {
    /// The exit code of `drover-cli` (interfaces.md).
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Command(error) => error.code.exit_code(),
            Self::Interrupted => INTERRUPTED,
            Self::ReaderGone => 0,
        }
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        Self::Command(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            io::ErrorKind::Interrupted => Self::Interrupted,
            _ => Self::Command(CommandError::new(
                Code::Internal,
                format!("failed to read or write: {error}"),
            )),
        }
    }
}

/// A problem of the input that the command line itself finds.
pub(crate) fn invalid(field: &str, message: impl Into<String>) -> CommandError {
    CommandError::new(Code::Invalid, message).field(field)
}

/// Prints help or a usage error, in JSON where that was asked for.
pub(crate) fn usage(error: &clap::Error, mut typed: impl Iterator<Item = OsString>) -> ExitCode {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if is_help || !typed.any(|word| word == "--json") {
        error.print().ok(); // nobody reads it
        return ExitCode::from(if is_help { 0 } else { 2 });
    }
    Output::json().failed(&usage_error(error).into())
}

fn usage_error(error: &clap::Error) -> CommandError {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "a command is needed",
        _ => first.strip_prefix("error: ").unwrap_or(first),
    };
    CommandError::new(Code::Invalid, message).hint("add `--help` to see what can be said there")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::Parser;

    fn check(typed: &[&str], message: &str) {
        let error = Cli::try_parse_from([&["drover-cli"], typed].concat()).unwrap_err();
        let error = usage_error(&error);
        assert_eq!(
            (error.message.as_str(), error.code.exit_code()),
            (message, 2)
        );
    }

    #[test]
    fn usage_errors_are_one_line() {
        check(&["fly"], "unrecognized subcommand 'fly'");
        check(
            &["runs", "--state", "tired"],
            "invalid value 'tired' for '--state <STATE>'",
        );
        check(&[], "a command is needed");
        check(&["show", "812", "9"], "unexpected argument '9' found");
    }

    #[test]
    fn codes_are_those_of_the_contract() {
        let code = |code| Failure::from(CommandError::new(code, "x")).exit_code();
        assert_eq!(code(Code::TaskNotFound), 10);
        assert_eq!(code(Code::AlreadyRunning), 11);
        assert_eq!(code(Code::KeychainLocked), 12);
        assert_eq!(code(Code::DiskFull), 13);
        assert_eq!(code(Code::NewerSchema), 14);
        assert_eq!(Failure::Interrupted.exit_code(), 130);
        let gone = io::Error::from(io::ErrorKind::BrokenPipe);
        assert_eq!(Failure::from(gone).exit_code(), 0);
    }
}
