//! Drover's own parts of a run: the driver, the command line, and the places they work in.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::options::Suite;
use super::site::Site;
use crate::environment;
use crate::files;
use crate::layout;
use crate::process::Cmd;
use crate::setup::BROWSERS;

/// Of every page, in CSS pixels.
pub(crate) const SIZE: (u32, u32) = (1280, 720);

/// What the folder of a run is called, before its process id.
const WORK: &str = "work-";

/// Where a run works. What is only for this run is removed at its end.
pub(crate) struct Places {
    /// Below `target`: installed peers, aged profiles, results.
    pub(crate) bench: PathBuf,
    /// Profiles and data of this run.
    pub(crate) work: PathBuf,
    /// A short path for sockets and temporary files.
    pub(crate) short: PathBuf,
    /// For the suites that need one.
    pub(crate) browser: Option<PathBuf>,
}

impl Places {
    pub(crate) fn open(suite: Suite) -> Result<Self> {
        let browser = match suite {
            Suite::Run | Suite::Queue => None,
            Suite::Browser => Some(environment::find_any(BROWSERS).context(
                "no Chromium or Chrome on PATH: install one, for instance by `cargo xtask test`, and try again",
            )?),
        };
        let bench = layout::target().join("bench");
        sweep(&bench)?;
        let places = Self {
            work: bench.join(format!("{WORK}{}", std::process::id())),
            short: std::env::temp_dir().join(format!("drover-bench-{}", std::process::id())),
            bench,
            browser,
        };
        for folder in [&places.work, &places.short.join("tmp")] {
            fs::create_dir_all(folder)
                .with_context(|| format!("failed to create `{}`", folder.display()))?;
        }
        Ok(places)
    }

    /// The browser of all who are compared.
    pub(crate) fn browser(&self) -> &Path {
        self.browser
            .as_deref()
            .expect("BUG: the suite without a browser asks for one")
    }

    /// Writes the setup of one driver and gives its file.
    pub(crate) fn setup(&self, name: &str, site: &Site, arguments: &[String]) -> Result<PathBuf> {
        let folder = self.work.join(name);
        self.write(name, &json!({
            "program": self.browser(), "site": site.address, "arguments": arguments, "folder": folder,
            "pictures": folder, "keep": self.bench, "scratch": self.short.join("s"), "width": SIZE.0, "height": SIZE.1,
            "sandbox": !environment::is_root(),
        }))
    }

    /// The same for a driver without a browser.
    pub(crate) fn bare_setup(&self, name: &str) -> Result<PathBuf> {
        let folder = self.work.join(name);
        self.write(
            name,
            &json!({ "folder": folder, "scratch": self.short.join("s") }),
        )
    }

    fn write(&self, name: &str, setup: &Value) -> Result<PathBuf> {
        let file = self.work.join(name).join("setup.json");
        files::write(&file, setup.to_string().as_bytes())?;
        Ok(file)
    }

    /// The temporary folder of every program of this run.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.short.join("tmp")
    }
}

/// Removes what runs that were broken off left. Two runs at once would measure each other.
fn sweep(bench: &Path) -> Result<()> {
    for entry in fs::read_dir(bench).into_iter().flatten().flatten() {
        let name = files::name(&entry.path());
        let Some(pid) = name.strip_prefix(WORK) else {
            continue;
        };
        if Path::new("/proc").join(pid).exists() {
            bail!("a benchmark runs already, as process {pid}: wait for its end, or end it");
        }
        fs::remove_dir_all(entry.path())
            .with_context(|| format!("failed to remove `{}`", entry.path().display()))?;
    }
    Ok(())
}

impl Drop for Places {
    fn drop(&mut self) {
        for folder in [&self.work, &self.short] {
            fs::remove_dir_all(folder).ok(); // the next run tries again
        }
    }
}

/// Builds Drover's driver of a suite and gives its program.
pub(crate) fn build_driver(suite: Suite) -> Result<PathBuf> {
    let package = match suite {
        Suite::Browser => "drover-runner",
        Suite::Run => "drover-engine",
        Suite::Queue => "drover-scheduler",
    };
    build_bench(package, suite.name()).context("failed to build Drover's driver")
}

/// Builds the planner's comparison with the clock.
pub(crate) fn build_planner() -> Result<PathBuf> {
    build_bench("drover-scheduler", "planner").context("failed to build the planner's benchmark")
}

/// Builds the comparison of the gateway with a proxy alone.
pub(crate) fn build_gateway() -> Result<PathBuf> {
    build_bench("drover-egress", "gateway").context("failed to build the gateway's comparison")
}

fn build_bench(package: &str, target: &str) -> Result<PathBuf> {
    let words = ["bench", "--no-run", "-p", package, "--bench", target];
    let built = Cmd::cargo()
        .args(words)
        .arg("--message-format=json-render-diagnostics");
    executable(&built.output()?, target).context("cargo named no program")
}

/// Builds the command line, whose crash is looked at.
pub(crate) fn build_cli() -> Result<PathBuf> {
    Cmd::cargo()
        .args(["build", "--quiet", "-p", "drover-cli"])
        .output()
        .context("failed to build `drover-cli`")?;
    let program = layout::debug_program("drover-cli");
    if !program.is_file() {
        bail!("`{}` was not built", program.display());
    }
    Ok(program)
}

/// The program of a bench target in cargo's messages.
fn executable(messages: &str, target: &str) -> Option<PathBuf> {
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut found = messages.filter(|message| {
        message["reason"] == "compiler-artifact"
            && message["target"]["name"] == target
            && message["target"]["kind"][0] == "bench"
    });
    Some(Path::new(found.next()?["executable"].as_str()?).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dead_runs_left_is_removed_and_live_ones_are_respected() {
        let bench = std::env::temp_dir().join(format!("xtask-sweep-{}", std::process::id()));
        files::write(&bench.join("work-4194305/a"), b"").unwrap(); // above the greatest process id
        files::write(&bench.join("aged-1000/a"), b"").unwrap();
        sweep(&bench).unwrap();
        assert!(!bench.join("work-4194305").exists() && bench.join("aged-1000").exists());
        if Path::new("/proc/self").exists() {
            let own = std::process::id();
            files::write(&bench.join(format!("work-{own}/a")), b"").unwrap();
            assert!(
                sweep(&bench)
                    .unwrap_err()
                    .to_string()
                    .contains(&own.to_string())
            );
        }
        fs::remove_dir_all(&bench).unwrap();
    }

    #[test]
    fn the_program_is_found_in_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"browser","kind":["lib"]},"executable":null}
{"reason":"compiler-artifact","target":{"name":"browser","kind":["bench"]},"executable":"/t/release/deps/browser-1"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(
            executable(messages, "browser"),
            Some("/t/release/deps/browser-1".into())
        );
        assert_eq!(executable(messages, "queue"), None);
    }
}
