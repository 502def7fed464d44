//! Playwright and pytest for Python, in an environment of their own in the folder of tools.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::pip;
use super::tools;
use super::want::{Install, Want};

/// What the tests' Python scripts and suites are written for.
const PACKAGES: &[&str] = &[
    "playwright==1.65.2",
    "pytest==9.2.0",
    "pytest-playwright==0.10.0",
    "pytest-xdist==3.8.0",
    "pytest-rerunfailures==16.7",
];

/// Where the environment is, whether or not it has been made.
pub(super) fn folder() -> PathBuf {
    tools::folder().join("python")
}

/// What is missing for it.
pub(super) fn missing() -> Vec<Want> {
    if fs::read_to_string(note()).is_ok_and(|found| found == wanted()) {
        return Vec::new();
    }
    let mut wants = pip::missing();
    wants.push(Want {
        what: "Playwright and pytest for Python".to_owned(),
        why: "tests run Python scripts and suites",
        how: "pip, into an environment in the folder of tools".to_owned(),
        install: Install::Python,
    });
    wants
}

/// Makes the environment anew.
pub(super) fn install() -> Result<()> {
    pip::into(&folder(), PACKAGES)?;
    fs::write(note(), wanted()).context("failed to note what was installed")
}

/// Written last, so that an installation that broke off is not taken for one.
fn note() -> PathBuf {
    folder().join("installed.txt")
}

fn wanted() -> String {
    PACKAGES.join("\n")
}
