//! The machine's Python and its pip, which fill the folders of tools.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::packages::PIP;
use super::system;
use super::want::Want;
use crate::environment;
use crate::process::Cmd;

/// What is missing to install Python packages.
pub(super) fn missing() -> Vec<Want> {
    if is_there() {
        return Vec::new();
    }
    vec![system::want(&PIP)]
}

pub(super) fn is_there() -> bool {
    python().args(["-m", "pip", "--version"]).quietly()
}

pub(super) fn python() -> Cmd {
    Cmd::new(environment::find_any(&["python3", "python"]).unwrap_or("python3".into()))
}

/// Makes an environment anew with these packages. It needs no `ensurepip`, which distributions leave out: the machine's
/// pip fills it.
pub(crate) fn into(folder: &Path, packages: &[&str]) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("failed to remove `{}`", folder.display()))?;
    }
    python()
        .args(["-m", "venv", "--without-pip"])
        .arg(folder)
        .run()?;
    let pip = python()
        .args(["-m", "pip", "--python"])
        .arg(folder.join("bin").join("python"));
    install(pip).args(packages).run()
}

/// `pip install` that asks nothing, warns of nothing and leaves the rest of Python alone.
pub(super) fn install(python: Cmd) -> Cmd {
    python.args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--root-user-action=ignore",
    ])
}
