//! What is started for a Python task: the interpreter on a script, or pytest on a project.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use drover_model::task::Placement;
use drover_model::{Plan, Script};

use crate::chosen;
use crate::command::Invocation;
use crate::node::Owner;
use crate::outcome::{Reason, Verdict, chain};
use crate::playwright::chosen_folder;
use crate::process::Door;
use crate::python::{Python, PythonError, find_python};
use crate::tell::Tell;

/// Finds the interpreter, says in the log which one and what it has, and puts the command line together. `from` is
/// the folder of the script, `tools` Drover's own environment.
pub(crate) async fn python(
    door: &Door,
    plan: &Plan,
    script: &Script,
    from: PathBuf,
    tell: &Tell,
    tools: Option<&Path>,
) -> Result<Invocation, Verdict> {
    let given = plan.interpreter.as_deref().map(Path::new);
    let found = find_python(door, given, &from, tools)
        .await
        .map_err(|error| verdict(&error))?;
    tell.note(said(&found)).await;
    let found = match plan.placement {
        // A script of its own placement may do without.
        Placement::Own => found,
        _ => found.with_playwright().map_err(|error| verdict(&error))?,
    };
    let (program, args): (PathBuf, Vec<OsString>) = match script {
        Script::Project {
            config,
            grep,
            tests,
            ..
        } => {
            let found = found.with_pytest().map_err(|error| verdict(&error))?;
            let mut args: Vec<OsString> = ["-m", "pytest", "-p", "drover_pytest"]
                .map(OsString::from)
                .into();
            if let Some(config) = config {
                args.extend(["-c".into(), config.into()]);
            }
            args.extend(plan.args.iter().map(OsString::from));
            args.extend(chosen::for_pytest(tests));
            // In one word, so that an expression that begins with `-` is not an option.
            args.extend(grep.as_ref().map(|grep| format!("-k{grep}").into()));
            (found.path, args)
        }
        Script::File { path } => {
            let script = std::iter::once(OsString::from(path.as_str()));
            let args = script.chain(plan.args.iter().map(OsString::from));
            (found.path, args.collect())
        }
        Script::Inline { .. } => {
            return Err(Verdict::new(
                Reason::ScriptMissing,
                "a script inside the task is JavaScript; keep Python in a file",
            ));
        }
    };
    Ok(Invocation {
        program,
        args,
        folder: chosen_folder(plan, from)?,
    })
}

fn said(python: &Python) -> String {
    let extras = [
        ("Playwright", &python.playwright),
        ("pytest", &python.pytest),
    ];
    let extras = extras
        .into_iter()
        .filter_map(|(name, version)| Some(format!(" with {name} {}", version.as_ref()?)));
    let whose = match python.owner {
        Owner::Project => "",
        Owner::Drover => " (Drover's own copy)",
    };
    format!(
        "Python {}{} at {}{whose}",
        python.version,
        extras.collect::<String>(),
        python.path.display()
    )
}

fn verdict(error: &PythonError) -> Verdict {
    let reason = match error {
        PythonError::NoPlaywright { .. } | PythonError::NoPytest { .. } => {
            Reason::PlaywrightUnavailable
        }
        _ => Reason::PythonUnavailable,
    };
    Verdict::new(reason, chain(error))
}
