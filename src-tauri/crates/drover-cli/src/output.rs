//! Everything that the process prints: answers on standard output, the rest on standard error.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use anstream::{AutoStream, ColorChoice};
use drover_model::CommandError;
use serde::Serialize;

use crate::{
    args::Globals,
    failure::Failure,
    words::{Tone, paint},
};

/// An error for programs.
#[derive(Serialize)]
struct ErrorDocument<'a> {
    error: &'a CommandError,
}

/// How this process prints.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, two of the person and two of the terminal"
)]
pub(crate) struct Output {
    json: bool,
    quiet: bool,
    verbose: bool,
    /// Colours on standard output.
    pub colour: bool,
    colour_err: bool,
    terminal: bool,
}

impl Output {
    /// As the arguments and the terminal say.
    pub(crate) fn of(globals: &Globals) -> Self {
        let wanted = |choice| choice != ColorChoice::Never;
        Self {
            json: globals.json,
            quiet: globals.quiet,
            verbose: globals.verbose,
            colour: !globals.json && wanted(AutoStream::choice(&io::stdout())),
            colour_err: !globals.json && wanted(AutoStream::choice(&io::stderr())),
            terminal: io::stdout().is_terminal(),
        }
    }

    /// For programs.
    pub(crate) fn json() -> Self {
        Self {
            json: true,
            quiet: false,
            verbose: false,
            colour: false,
            colour_err: false,
            terminal: false,
        }
    }

    /// Whether a program reads.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether a person watches standard error.
    pub(crate) fn is_watched(&self) -> bool {
        !self.json && !self.quiet && io::stderr().is_terminal()
    }

    /// Whether a person wants more.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// The answer: the value itself in JSON, or what `human` makes of it (nothing when that
    /// is empty).
    pub(crate) fn answer<T: Serialize>(
        &self,
        value: &T,
        human: impl FnOnce(&T) -> String,
    ) -> io::Result<()> {
        if self.json {
            return self.document(value);
        }
        match human(value) {
            text if text.is_empty() => Ok(()),
            text => self.line(text.trim_end_matches('\n')),
        }
    }

    /// One JSON document on standard output, broken into lines where a person reads it.
    pub(crate) fn document<T: Serialize>(&self, value: &T) -> io::Result<()> {
        let text = if self.terminal {
            serde_json::to_string_pretty(value)
        } else {
            serde_json::to_string(value)
        };
        self.line(&text.expect("BUG: answers have text keys only"))
    }

    /// A line of standard output.
    #[expect(
        clippy::unused_self,
        reason = "printing is done through the output alone"
    )]
    pub(crate) fn line(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{text}")?;
        out.flush()
    }

    /// A line of a run's output. On a terminal its escape sequences are taken out: they could
    /// move the cursor, change the title, or hide what was printed before.
    pub(crate) fn log_line(&self, prefix: &str, text: &str) -> io::Result<()> {
        let to_stderr = self.json;
        let text = if self.terminal || to_stderr {
            plain(text)
        } else {
            text.to_owned()
        };
        if to_stderr {
            self.note(&format!("{prefix}{text}"));
            return Ok(());
        }
        self.line(&format!("{prefix}{text}"))
    }

    /// What a person may want to know, on standard error.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            say(text);
        }
    }

    /// What deserves a look, on standard error.
    pub(crate) fn warn(&self, text: &str) {
        if !self.quiet {
            say(&format!(
                "{}: {text}",
                paint("warning", Tone::Warn, self.colour_err)
            ));
        }
    }

    /// Why the command failed, on standard error, with the exit code that belongs to it.
    pub(crate) fn failed(&self, failure: &Failure) -> ExitCode {
        if let Failure::Command(error) = failure {
            say(&self.error_text(error));
        }
        ExitCode::from(failure.exit_code())
    }

    fn error_text(&self, error: &CommandError) -> String {
        if self.json {
            return serde_json::to_string(&ErrorDocument { error })
                .expect("BUG: errors have text keys only");
        }
        let head = paint("error", Tone::Err, self.colour_err);
        let mut lines = if error.fields.len() > 1 {
            vec![format!("{head}: several things are wrong")]
        } else {
            vec![format!("{head}: {}", error.message)]
        };
        if error.fields.len() > 1 {
            let fields = error.fields.iter();
            lines.extend(fields.map(|field| format!("  `{}`: {}", field.field, field.message)));
        }
        if let Some(hint) = &error.hint {
            let head = paint("hint", Tone::Info, self.colour_err);
            lines.push(format!("{head}: {hint}"));
        }
        lines.join("\n")
    }
}

fn say(text: &str) {
    writeln!(io::stderr().lock(), "{text}").ok(); // nobody reads it
}

/// Without escape sequences and control characters, but with tabs.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text)
        .to_string()
        .chars()
        .filter(|c| *c == '\t' || !c.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use drover_model::{Code, FieldErrors};

    fn human() -> Output {
        Output {
            json: false,
            ..Output::json()
        }
    }

    #[test]
    fn an_error_in_words() {
        let error = CommandError::new(Code::ProfileNotFound, "no profile named `anna`")
            .hint("`drover-cli profile list` shows them")
            .field("profile");
        insta::assert_snapshot!(human().error_text(&error), @r"
        error: no profile named `anna`
        hint: `drover-cli profile list` shows them
        ");
        insta::assert_snapshot!(Output::json().error_text(&error), @r#"{"error":{"code":"profile_not_found","message":"no profile named `anna`","hint":"`drover-cli profile list` shows them","field":"profile"}}"#);
    }

    #[test]
    fn several_problems_are_several_lines() {
        let mut errors = FieldErrors::one("name", "a name is needed");
        errors.add("script", "a target is needed");
        insta::assert_snapshot!(human().error_text(&errors.into()), @r"
        error: several things are wrong
          `name`: a name is needed
          `script`: a target is needed
        ");
    }

    #[test]
    fn output_of_a_run_cannot_play_with_the_terminal() {
        assert_eq!(
            plain("\x1b[31mred\x1b[0m\tx\x07\x1b]0;title\x07y"),
            "red\txy"
        );
    }
}
