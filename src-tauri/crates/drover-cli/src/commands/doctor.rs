//! `doctor`: what this machine has and lacks.

use clap::{Args, ValueEnum};
use drover_model::{
    Check, CheckState, Code, CommandError,
    request::{CheckMachine, InstallPlaywright, ScriptLanguage},
};

use crate::{
    failure::Outcome,
    output::Output,
    session::Session,
    table::{Cell, table, toned},
    words::Tone,
};

/// What to do beyond looking.
#[derive(Debug, Args)]
#[command(
    after_help = "Exits with 1 when a check fails.\n\nExample:\n  drover-cli doctor\n  drover-cli doctor --fix\n  drover-cli doctor --fix python"
)]
pub(crate) struct DoctorArgs {
    /// Install Drover's own copy of Playwright if there is none, or if it is broken: with npm, or for `python` with pip;
    /// no browser is downloaded
    #[arg(long, value_name = "LANGUAGE", num_args = 0..=1, default_missing_value = "javascript")]
    fix: Option<Language>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    Javascript,
    Python,
}

/// Looks at the machine; 1 when something that Drover needs is missing.
pub(crate) async fn doctor(args: DoctorArgs, session: &Session) -> Outcome {
    let mut checks = session.backend.call(CheckMachine {}).await?;
    // A check with something to do is one that has not found it.
    let is_missing = |id: &str| {
        checks
            .iter()
            .any(|check| check.id == id && check.fix.is_some())
    };
    let (language, id, program) = match args.fix {
        Some(Language::Javascript) => (ScriptLanguage::JavaScript, "playwright", "npm"),
        Some(Language::Python) => (ScriptLanguage::Python, "python", "pip"),
        None => return report(&checks, &session.out),
    };
    if is_missing(id) {
        let note = format!("{program} installs Playwright; that takes a minute");
        session.out.note(&note);
        checks = session.backend.call(InstallPlaywright { language }).await?;
    }
    report(&checks, &session.out)
}

/// The report when the data folder itself keeps the engine from starting. A folder in use is
/// no finding about the machine.
pub(crate) fn no_engine(error: CommandError, out: &Output) -> Outcome {
    if error.code == Code::AlreadyRunning {
        return Err(error.into());
    }
    let check = Check {
        id: "data_folder".to_owned(),
        title: "Data folder".to_owned(),
        state: CheckState::Fail,
        message: error.message,
        fix: error.hint,
    };
    report(&[check], out)
}

fn report(checks: &[Check], out: &Output) -> Outcome {
    out.answer(&checks, |checks| human(checks, out.colour))?;
    let failed = checks.iter().any(|check| check.state == CheckState::Fail);
    Ok(u8::from(failed))
}

fn human(checks: &[Check], colour: bool) -> String {
    let rows = checks.iter().flat_map(|check| {
        let state = match check.state {
            CheckState::Ok => toned("ok", Tone::Ok),
            CheckState::Warn => toned("warn", Tone::Warn),
            CheckState::Fail => toned("fail", Tone::Err),
        };
        let row = [
            state,
            check.title.clone().into(),
            check.message.clone().into(),
        ];
        let fix = check
            .fix
            .as_ref()
            .map(|fix| [Cell::from(""), "".into(), format!("fix: {fix}").into()]);
        std::iter::once(row).chain(fix)
    });
    table(["STATE", "CHECK", "FOUND"], rows, colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(state: CheckState, fix: Option<&str>) -> Check {
        Check {
            id: "node".into(),
            title: "Node".into(),
            state,
            message: "found or not".into(),
            fix: fix.map(str::to_owned),
        }
    }

    #[test]
    fn each_finding_has_its_fix_below() {
        let checks = [
            check(CheckState::Ok, None),
            check(CheckState::Fail, Some("install Node 20")),
        ];
        insta::assert_snapshot!(human(&checks, false), @r"
        STATE  CHECK  FOUND
        ok     Node   found or not
        fail   Node   found or not
                      fix: install Node 20
        ");
    }

    #[test]
    fn a_failure_is_told_by_the_exit_code() {
        let code = |state| report(&[check(state, None)], &Output::json()).unwrap();
        assert_eq!(
            [CheckState::Ok, CheckState::Warn, CheckState::Fail].map(code),
            [0, 0, 1]
        );
    }

    #[test]
    fn a_folder_in_use_is_not_a_finding() {
        let error = CommandError::new(Code::AlreadyRunning, "another Drover uses this data folder");
        let failure = no_engine(error, &Output::json()).unwrap_err();
        assert_eq!(failure.exit_code(), 11);
    }
}
