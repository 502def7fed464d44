//! What is started for a command.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use drover_model::Plan;

use crate::outcome::{Reason, Verdict};

/// A program with its arguments, ready to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invocation {
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<OsString>,
    pub(crate) folder: PathBuf,
}

impl Invocation {
    /// For the log.
    pub(crate) fn line(&self) -> String {
        let words = self.args.iter().map(|word| word.to_string_lossy());
        std::iter::once(self.program.to_string_lossy())
            .chain(words)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The command of a plan. There is a shell only where the plan's program is one.
pub(crate) fn command(plan: &Plan, run_folder: &Path) -> Result<Invocation, Verdict> {
    let missing = |text: String| Verdict::new(Reason::ProgramMissing, text);
    let program = plan
        .program
        .as_ref()
        .ok_or_else(|| missing("the plan names no program".to_owned()))?;
    let program = PathBuf::from(program);
    if !program.is_file() {
        return Err(missing(format!(
            "the program `{}` is not there any more",
            program.display()
        )));
    }
    let folder = plan
        .cwd
        .as_ref()
        .map_or_else(|| run_folder.to_owned(), PathBuf::from);
    if !folder.is_dir() {
        return Err(missing(format!(
            "the working folder `{}` is not there",
            folder.display()
        )));
    }
    Ok(Invocation {
        program,
        args: plan.args.iter().map(OsString::from).collect(),
        folder,
    })
}
