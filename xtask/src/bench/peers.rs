//! The opponents: their sources are in `xtask/bench/peers`, what is installed or built lies below `target/bench`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::browser::PLAYWRIGHT;
use super::options::Options;
use super::row::Who;
use crate::files;
use crate::layout;
use crate::lockfile;
use crate::process::Cmd;
use crate::setup::{self, Tools};

/// A peer that is ready to be started.
pub(crate) struct Peer {
    pub(crate) who: Who,
    program: PathBuf,
    words: Vec<OsString>,
}

impl Peer {
    /// What runs it: Node, for a peer that is a script.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// The command for `serve` or `once` with the file of its setup.
    pub(crate) fn command(&self, mode: &str, setup: &Path) -> Cmd {
        Cmd::new(&self.program)
            .args(&self.words)
            .arg(mode)
            .arg(setup)
    }
}

/// Installs and builds what is missing; nothing is fetched when it is there. B4 alone needs Playwright alone.
pub(crate) fn prepare(target: &Path, options: &Options) -> Result<Vec<Peer>> {
    let tools = setup::found()?;
    if !Cmd::new(tools.node()).arg("--version").quietly() {
        bail!("the peers need Node: `cargo xtask test` installs it, or leave out `--peers`");
    }
    let playwright = npm(target, &tools, "playwright", PLAYWRIGHT, &[TASK_FILE])?;
    if options.only == ["B4"] {
        return Ok(vec![playwright]);
    }
    Ok(vec![
        npm(target, &tools, "puppeteer", "puppeteer-core", &[])?,
        playwright,
        chromiumoxide(target)?,
    ])
}

/// The script of B4, beside the Playwright that it loads.
const TASK_FILE: &str = "task.mjs";

/// Where it lies once the peers are prepared.
pub(crate) fn task(target: &Path) -> PathBuf {
    target.join("peers/playwright").join(TASK_FILE)
}

/// Where the sources of a peer are.
pub(super) fn sources(name: &str) -> PathBuf {
    layout::root().join("xtask/bench/peers").join(name)
}

/// A browser peer under Node.
fn npm(target: &Path, tools: &Tools, name: &str, package: &str, further: &[&str]) -> Result<Peer> {
    let files: Vec<&str> = ["cycle.mjs", "../serve.mjs"]
        .iter()
        .chain(further)
        .copied()
        .collect();
    let (folder, version) = npm_package(target, tools, name, package, &files)?;
    Ok(Peer {
        who: Who {
            name: package.to_owned(),
            version,
        },
        program: tools.node().to_owned(),
        words: vec![folder.join("cycle.mjs").into()],
    })
}

/// Copies a package with these files out of the repository, so that nothing is installed into it, and installs what it
/// needs. Gives its folder and the version of that dependency.
pub(super) fn npm_package(
    target: &Path,
    tools: &Tools,
    name: &str,
    package: &str,
    scripts: &[&str],
) -> Result<(PathBuf, String)> {
    let folder = target.join("peers").join(name);
    let mut changed = false;
    let package_files = ["package.json", "package-lock.json"];
    for file in package_files.iter().chain(scripts).copied() {
        let from = sources(name).join(file);
        let text =
            fs::read(&from).with_context(|| format!("failed to read `{}`", from.display()))?;
        let to = folder.join(file.trim_start_matches("../"));
        if fs::read(&to).is_ok_and(|there| there == text) {
            continue;
        }
        files::write(&to, &text)?;
        changed |= package_files.contains(&file);
    }
    let installed = folder
        .join("node_modules")
        .join(package)
        .join("package.json");
    if changed || !installed.is_file() {
        eprintln!("   installing {package} below `{}`", folder.display());
        let install = [
            "ci",
            "--prefer-offline",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ];
        tools.npm().args(install).dir(&folder).output().with_context(|| {
            format!("failed to install {package}; it needs the network once, later runs work without")
        })?;
    }
    let manifest: Value = serde_json::from_slice(&fs::read(&installed)?)?;
    let version = manifest["version"].as_str().unwrap_or("unknown");
    Ok((folder, version.to_owned()))
}

fn chromiumoxide(target: &Path) -> Result<Peer> {
    let (who, program) = cargo(target, "chromiumoxide")?;
    Ok(Peer {
        who,
        program,
        words: Vec::new(),
    })
}

/// Builds a peer in Rust, which is named for the crate that it uses. Gives its program.
pub(super) fn cargo(target: &Path, name: &str) -> Result<(Who, PathBuf)> {
    let sources = sources(name);
    let build = target.join(name);
    eprintln!(
        "   building {name} below `{}`; the first time takes minutes",
        build.display()
    );
    Cmd::new("cargo")
        .args(["build", "--release", "--locked", "--quiet"])
        .env("CARGO_TARGET_DIR", &build)
        .dir(&sources)
        .output()
        .with_context(|| {
            format!("failed to build the peer {name}; it needs the network once, later runs work without")
        })?;
    let program = format!("drover-bench-{name}{}", std::env::consts::EXE_SUFFIX);
    let who = Who {
        name: name.to_owned(),
        version: lockfile::version_in(&sources.join("Cargo.lock"), name)?,
    };
    Ok((who, build.join("release").join(program)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locks_name_no_host_and_the_versions_that_are_compared() {
        for (name, package, version) in [
            ("puppeteer", "puppeteer-core", "25.16.0"),
            ("playwright", "playwright-core", "1.65.1"),
        ] {
            let text = fs::read_to_string(sources(name).join("package-lock.json")).unwrap();
            let lock: Value = serde_json::from_str(&text).unwrap();
            let entry = &lock["packages"][format!("node_modules/{package}")];
            assert_eq!(entry["version"], version);
            assert!(entry["integrity"].is_string());
            assert!(!text.contains("\"resolved\""), "{name}");
        }
        for (name, version) in [("chromiumoxide", "0.9.1"), ("apalis-sqlite", "1.0.0")] {
            let lock = sources(name).join("Cargo.lock");
            assert_eq!(lockfile::version_in(&lock, name).unwrap(), version);
        }
    }
}
