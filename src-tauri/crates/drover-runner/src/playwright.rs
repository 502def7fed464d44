//! What is started for a Playwright task: Node on a script, or the test runner of a project. Python has its own file.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use drover_model::task::{Keep, Placement};
use drover_model::{Plan, Script, TestPick};

use crate::answer::numbers;
use crate::chosen;
use crate::command::Invocation;
use crate::node::{
    Node, NodeError, Owner, Playwright, find_node, find_playwright, find_test_runner, has_package,
    major,
};
use crate::outcome::{Reason, Verdict, chain};
use crate::process::Door;
use crate::python::is_python;
use crate::python_task::python;
use crate::request::Request;
use crate::runtime::Runtime;
use crate::spare::{Fit, Recipe};
use crate::tell::Tell;

/// The first Playwright whose command line takes a further reporter.
const ADDS_REPORTERS: (u32, u32) = (1, 65);

/// What to start.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) invocation: Invocation,
    /// For a Playwright whose command line cannot say it.
    pub(crate) variable: Option<(String, OsString)>,
    /// Python is driven by a Node of Playwright's own, which is none of the script's.
    pub(crate) is_python: bool,
    /// The process kept ready that would do, if one would.
    pub(crate) spare: Option<(Recipe, Fit)>,
}

impl From<Invocation> for Prepared {
    fn from(invocation: Invocation) -> Self {
        Self {
            invocation,
            variable: None,
            is_python: false,
            spare: None,
        }
    }
}

/// Finds Node and Playwright, or Python with it, says in the log which ones, and puts the command line together.
pub(crate) async fn playwright(
    door: &Door,
    request: &Request,
    runtime: &Runtime,
    scratch: &Path,
    tell: &Tell,
) -> Result<Prepared, Verdict> {
    let Request { plan, places, .. } = request;
    let Some(script) = &plan.script else {
        return Err(Verdict::new(
            Reason::ScriptMissing,
            "the plan has no script",
        ));
    };
    let tools = places.node_tools.as_deref();
    let from = there(script, scratch)?;
    if is_python(script) {
        return Ok(Prepared {
            is_python: true,
            variable: match script {
                Script::Project { tests, .. } => chosen::lines_for_pytest(tests),
                _ => None,
            },
            ..python(
                door,
                plan,
                script,
                from,
                tell,
                places.python_tools.as_deref(),
            )
            .await?
            .into()
        });
    }
    let given = plan.interpreter.as_ref().or(plan.program.as_ref());
    let node = find_node(door, given.map(Path::new))
        .await
        .map_err(|error| verdict(&error))?;
    tell.note(format!("Node {} at {}", node.version, node.path.display()))
        .await;
    let (file, folder) = match script {
        Script::Project {
            path,
            config,
            grep,
            tests,
        } => {
            let project = PathBuf::from(path.as_str());
            let runner = find_test_runner(&project, tools).map_err(|error| verdict(&error))?;
            tell.note(said(&runner)).await;
            if plan.placement == Placement::Profile {
                tell.note("the tests run in one worker, because there is one profile")
                    .await;
            }
            return Ok(test_run(
                plan,
                node,
                &runner,
                runtime,
                project,
                Chosen {
                    config: config.as_deref(),
                    grep: grep.as_deref(),
                    tests,
                },
            ));
        }
        Script::File { path } => (PathBuf::from(path.as_str()), from.clone()),
        Script::Inline { text } => (write_inline(text, scratch)?, tell.artifacts().to_owned()),
    };
    let found = match find_playwright(&from, tools) {
        Ok(found) => Some(found),
        // A script of its own placement may do without.
        Err(_) if plan.placement == Placement::Own => None,
        Err(error) => return Err(verdict(&error)),
    };
    if let Some(found) = &found {
        tell.note(said(found)).await;
    }
    let mut args = type_flags(&node, &file, &from)?;
    // A flag is for the start of a process.
    let spare = found.filter(|_| args.is_empty()).and_then(|found| {
        let recipe = Recipe::new(node.clone(), found, runtime, places, &request.marker)?;
        Some((recipe, Fit::of(plan)?))
    });
    args.push(file.into());
    args.extend(plan.args.iter().map(OsString::from));
    let folder = chosen_folder(plan, folder)?;
    Ok(Prepared {
        spare,
        ..Prepared::from(Invocation {
            program: node.path,
            args,
            folder,
        })
    })
}

/// The working folder: the task's, or what a script has without one.
pub(crate) fn chosen_folder(plan: &Plan, usual: PathBuf) -> Result<PathBuf, Verdict> {
    let folder = plan.cwd.as_ref().map_or(usual, PathBuf::from);
    if folder.is_dir() {
        return Ok(folder);
    }
    Err(Verdict::new(
        Reason::ScriptMissing,
        format!("the working folder `{}` is not there", folder.display()),
    ))
}

/// The folder from which modules are looked for.
fn there(script: &Script, scratch: &Path) -> Result<PathBuf, Verdict> {
    let missing = |text: String| Err(Verdict::new(Reason::ScriptMissing, text));
    match script {
        Script::Inline { .. } => Ok(scratch.to_owned()),
        Script::File { path } => {
            let file = Path::new(path.as_str());
            if !file.is_file() {
                return missing(format!(
                    "the script `{}` is not there any more",
                    file.display()
                ));
            }
            Ok(file.parent().unwrap_or(Path::new("/")).to_owned())
        }
        Script::Project { path, .. } => {
            let folder = Path::new(path.as_str());
            if !folder.is_dir() {
                return missing(format!(
                    "the project folder `{}` is not there any more",
                    folder.display()
                ));
            }
            Ok(folder.to_owned())
        }
    }
}

/// What of a project is run.
#[derive(Clone, Copy)]
struct Chosen<'a> {
    config: Option<&'a str>,
    grep: Option<&'a str>,
    tests: &'a [TestPick],
}

fn test_run(
    plan: &Plan,
    node: Node,
    runner: &Playwright,
    runtime: &Runtime,
    project: PathBuf,
    wanted: Chosen<'_>,
) -> Prepared {
    let mut args: Vec<OsString> = vec![runner.folder.join("cli.js").into(), "test".into()];
    match plan.evidence.trace {
        Keep::Never => {}
        Keep::OnFailure => args.push("--trace=retain-on-failure".into()),
        Keep::Always => args.push("--trace=on".into()),
    }
    args.extend(plan.args.iter().map(OsString::from));
    if plan.placement == Placement::Profile {
        // There is one profile, so there is one worker; the last one counts.
        args.push("--workers=1".into());
    }
    if let Some(config) = wanted.config {
        args.push(format!("--config={config}").into());
    }
    args.extend(chosen::for_playwright(wanted.tests, &project));
    if let Some(grep) = wanted.grep {
        // In one word, so that an expression that begins with `-` is not an option.
        args.push(format!("--grep={grep}").into());
    }
    let reporter = runtime.reporter();
    let mut variable = None;
    // The option takes a list with commas, so a path with one cannot be said there.
    if numbers(&runner.version) >= Some(ADDS_REPORTERS) && !reporter.to_string_lossy().contains(',')
    {
        args.push(format!("--add-reporter={}", reporter.display()).into());
    } else {
        variable = Some(("PW_TEST_REPORTER".to_owned(), reporter.into()));
    }
    Prepared {
        invocation: Invocation {
            program: node.path,
            args,
            folder: project,
        },
        variable,
        is_python: false,
        spare: None,
    }
}

fn said(playwright: &Playwright) -> String {
    let owner = match playwright.owner {
        Owner::Project => "the project's",
        Owner::Drover => "Drover's",
    };
    format!(
        "Playwright {}, {owner} copy at {}",
        playwright.version,
        playwright.folder.display()
    )
}

/// A script that was written into the task is an ECMAScript module, unless it loads its modules with `require` alone.
fn write_inline(text: &str, scratch: &Path) -> Result<PathBuf, Verdict> {
    let path = scratch.join(if is_common_js(text) {
        "script.cjs"
    } else {
        "script.mjs"
    });
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path);
    let written = written.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Verdict::internal("write the script", &error))?;
    Ok(path)
}

fn is_common_js(text: &str) -> bool {
    let module = |line: &str| {
        ["import ", "import{", "import\"", "import'", "export "]
            .iter()
            .any(|word| line.trim_start().starts_with(word))
    };
    text.contains("require(") && !text.lines().any(module)
}

/// Node takes types away by itself from 22.18 on, and with a flag from 22.6 on. An older one needs a loader that the
/// project has; `from` is the folder of the script.
fn type_flags(node: &Node, file: &Path, from: &Path) -> Result<Vec<OsString>, Verdict> {
    let typed = file
        .extension()
        .is_some_and(|ending| ["ts", "mts", "cts"].iter().any(|known| ending == *known));
    let minor = node
        .version
        .split('.')
        .nth(1)
        .and_then(|minor| minor.parse::<u32>().ok())
        .unwrap_or(0);
    match (typed, major(&node.version).unwrap_or(0), minor) {
        (false, ..) => Ok(Vec::new()),
        // With its own loader a project gets what it has by hand: paths, enums, decorators.
        _ if has_package(from, "tsx") => Ok(vec!["--import=tsx".into()]),
        (true, 23.., _) | (true, 22, 18..) => Ok(Vec::new()),
        (true, 22, 6..) => Ok(vec!["--experimental-strip-types".into()]),
        _ if has_package(from, "ts-node") => Ok(vec!["--require=ts-node/register".into()]),
        _ => Err(Verdict::new(
            Reason::NodeUnavailable,
            format!(
                "a TypeScript script needs Node 22.6 or newer, this is {}; run `npm install tsx` in the project, or use JavaScript or a test project",
                node.version
            ),
        )),
    }
}

fn verdict(error: &NodeError) -> Verdict {
    let reason = match error {
        NodeError::NoPlaywright { .. } | NodeError::NoTestRunner { .. } => {
            Reason::PlaywrightUnavailable
        }
        _ => Reason::NodeUnavailable,
    };
    Verdict::new(reason, chain(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_script_is_a_module_unless_it_only_requires() {
        assert!(is_common_js("const { chromium } = require('playwright');"));
        assert!(!is_common_js(
            "import { chromium } from 'playwright';\nconst x = require('y')"
        ));
        assert!(!is_common_js("await fetch('x')"));
    }

    #[test]
    fn typescript_needs_a_node_that_takes_types_away_or_a_loader() {
        let place = tempfile::tempdir().unwrap();
        let flags = |version: &str, file: &str| {
            let node = Node {
                path: "/n".into(),
                version: version.to_owned(),
            };
            type_flags(&node, Path::new(file), place.path())
                .map(|flags| flags.len())
                .map_err(|verdict| verdict.reason)
        };
        assert_eq!(flags("20.20.2", "/a.mjs"), Ok(0));
        assert_eq!(flags("24.1.0", "/a.ts"), Ok(0));
        assert_eq!(flags("22.7.0", "/a.mts"), Ok(1));
        assert_eq!(flags("20.20.2", "/a.ts"), Err(Reason::NodeUnavailable));
        let package = place.path().join("node_modules/tsx");
        std::fs::create_dir_all(&package).unwrap();
        std::fs::write(package.join("package.json"), r#"{"version":"4.0.0"}"#).unwrap();
        assert_eq!(flags("20.20.2", "/a.ts"), Ok(1));
        assert_eq!(flags("20.20.2", "/a.mjs"), Ok(0));
    }
}
