//! The test programs, by part, and what they are told.

use std::ffi::OsString;
use std::io::IsTerminal;

use anyhow::{Context, Result};
use cargo_metadata::{MetadataCommand, TargetKind};

use super::suite::Suite;
use crate::console;
use crate::environment;
use crate::layout;
use crate::process::Cmd;
use crate::run::{NO_SANDBOX, SELECTION};
use crate::setup::Tools;
use crate::ui_build::Ui;

/// The test program that drives the real window.
const JOURNEYS: &str = "journeys";

/// Runs every part, also after one that failed.
pub(super) fn run_all(tools: &Tools, filter: Option<&str>) -> Result<Vec<Suite>> {
    let runner = Runner {
        filter,
        env: env(tools),
    };
    let mut host = vec!["--lib".to_owned(), "--bins".to_owned()];
    for name in integration_tests()? {
        host.extend(["--test".to_owned(), name]);
    }
    Ok(vec![
        runner.run("units and integration", SELECTION, &host, Speed::Full)?,
        runner.run("xtask", &["-p", "xtask"], &[], Speed::Full)?,
        runner.run(
            "window, on the host",
            // With the demo, whose answers are held against the list of commands.
            &["-p", "drover-ui", "--features", "demo"],
            &[],
            Speed::Full,
        )?,
        runner.doc_tests()?,
        runner.run(
            JOURNEYS,
            SELECTION,
            &["--test".to_owned(), JOURNEYS.to_owned()],
            Speed::Serial,
        )?,
    ])
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Speed {
    Full,
    /// One after another: each has a display, a bus and a browser of its own.
    Serial,
}

struct Runner<'a> {
    filter: Option<&'a str>,
    env: Vec<(&'static str, OsString)>,
}

impl Runner<'_> {
    fn run(
        &self,
        name: &str,
        packages: &[&str],
        targets: &[String],
        speed: Speed,
    ) -> Result<Suite> {
        let cmd = Tools::nextest()
            .args(["run", "--no-fail-fast", "--no-tests=pass"])
            .args(["--failure-output=immediate", "--final-status-level=fail"])
            .args(packages)
            .args(targets)
            .args(self.filter);
        let cmd = match speed {
            Speed::Full => cmd
                .arg(format!("--test-threads={}", at_once()))
                .arg("--status-level=fail"),
            Speed::Serial => cmd.args(["--test-threads=1", "--status-level=pass"]),
        };
        self.perform(name, cmd)
    }

    /// Examples in documentation, which nextest does not know.
    fn doc_tests(&self) -> Result<Suite> {
        let cmd = Cmd::cargo().args(["test", "--doc", "--no-fail-fast", "--quiet"]);
        self.perform(
            "examples in documentation",
            cmd.args(SELECTION).args(self.filter),
        )
    }

    fn perform(&self, name: &str, cmd: Cmd) -> Result<Suite> {
        let clock = console::heading(name);
        let colour = if std::io::stdout().is_terminal() {
            "always"
        } else {
            "never"
        };
        let cmd = cmd
            .envs(self.env.iter().cloned())
            .env("CARGO_TERM_COLOR", colour);
        let said = cmd.tee()?;
        let mut suite = Suite::of_tests(name, &said, std::time::Duration::ZERO);
        if self.filter.is_some() {
            suite.counts.skipped = 0; // the filter was asked for
        }
        suite.took = clock.done(&format!(
            "{} passed, {} failed",
            suite.counts.passed, suite.counts.failed
        ));
        Ok(suite)
    }
}

/// How many tests run at the same time: more than there are cores, because many wait for a browser.
fn at_once() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cores + cores.div_ceil(2)
}

/// What the tests are told of this machine and of what was built.
fn env(tools: &Tools) -> Vec<(&'static str, OsString)> {
    let mut env = tools.env();
    env.extend([
        ("DROVER_BIN", layout::debug_program("drover").into()),
        ("DROVER_CLI_BIN", layout::debug_program("drover-cli").into()),
        ("DROVER_TAURI_DRIVER", Tools::tauri_driver().into()),
        ("DROVER_UI_DEMO_DIST", Ui::Demo.dist().into()),
        ("DROVER_TEST_PUPPETEER", Tools::puppeteer().into()),
        ("DROVER_PYTHON_TOOLS", Tools::python().into()),
        (
            "DROVER_OLDER_PLAYWRIGHTS",
            Tools::older_playwrights().into(),
        ),
        ("DROVER_OLDER_PYTHONS", Tools::older_pythons().into()),
        ("DROVER_TEST_TYPESCRIPT", Tools::typescript().into()),
        ("DROVER_TEST_MYPY", Tools::mypy().into()),
    ]);
    if let Some(browser) = environment::find_any(crate::setup::BROWSERS) {
        env.push(("DROVER_TEST_CHROMIUM", browser.into()));
    }
    if environment::is_root() {
        env.push((NO_SANDBOX, "1".into()));
        env.push(("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1".into()));
    }
    env
}

/// The names of all integration tests of the host but the journeys. They are named one by one, so that
/// the same set of packages is compiled for every part.
fn integration_tests() -> Result<Vec<String>> {
    let metadata = MetadataCommand::new()
        .current_dir(layout::root())
        .no_deps()
        .exec()
        .context("failed to read the workspace")?;
    let mut names: Vec<String> = metadata
        .packages
        .iter()
        .filter(|package| !matches!(package.name.as_str(), "drover-ui" | "xtask"))
        .flat_map(|package| &package.targets)
        .filter(|target| target.kind.contains(&TargetKind::Test) && target.name != JOURNEYS)
        .map(|target| target.name.clone())
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}
