//! Environments for Python, each in a folder of its own in the folder of tools.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::pip;
use super::tools;
use super::want::{Install, Want};

/// The folder under the folder of tools that has one folder for each older Playwright.
const OLDER_PYTHONS: &str = "older-pythons";

/// What the tests' Python suites need beside Playwright.
const PYTEST: [&str; 4] = [
    "pytest==9.2.0",
    "pytest-playwright==0.10.0",
    "pytest-xdist==3.8.0",
    "pytest-rerunfailures==16.7",
];

/// An environment with packages at exact versions. None of them brings a browser.
#[derive(Clone, Debug)]
pub(super) struct PythonEnvironment {
    /// The folder under the folder of tools.
    folder: &'static str,
    packages: Vec<&'static str>,
    what: &'static str,
    why: &'static str,
}

impl PythonEnvironment {
    /// Playwright and pytest for the tests' scripts and suites.
    pub(super) fn newest() -> Self {
        Self {
            folder: "python",
            packages: with_pytest("playwright==1.65.2"),
            what: "Playwright and pytest for Python",
            why: "tests run Python scripts and suites",
        }
    }

    /// Playwrights that operators still have in their projects; tests compare what a script does with each.
    pub(super) fn older() -> [Self; 3] {
        [
            ("older-pythons/1.50", "playwright==1.50.0"),
            ("older-pythons/1.56", "playwright==1.56.0"),
            ("older-pythons/1.60", "playwright==1.60.0"),
        ]
        .map(|(folder, playwright)| Self {
            folder,
            packages: with_pytest(playwright),
            what: playwright,
            why: "runs the Python scripts of tests as an older project would",
        })
    }

    /// Where they are.
    pub(super) fn older_folder() -> PathBuf {
        tools::folder().join(OLDER_PYTHONS)
    }

    /// Checks the types of the helpers for scripts.
    pub(super) fn mypy() -> Self {
        Self {
            folder: "mypy-2.4.1",
            packages: vec!["mypy==2.4.1"],
            what: "mypy 2.4.1",
            why: "checks the types of the module `drover` for Python",
        }
    }

    /// Where it is, whether or not it has been made.
    pub(super) fn folder(&self) -> PathBuf {
        tools::folder().join(self.folder)
    }

    /// What is missing for it.
    pub(super) fn missing(self) -> Vec<Want> {
        if fs::read_to_string(self.note()).is_ok_and(|found| found == self.wanted()) {
            return Vec::new();
        }
        let mut wants = pip::missing();
        wants.push(Want {
            what: self.what.to_owned(),
            why: self.why,
            how: "pip, into an environment in the folder of tools".to_owned(),
            install: Install::Python(self),
        });
        wants
    }

    /// Makes the environment anew.
    pub(super) fn install(&self) -> Result<()> {
        pip::into(&self.folder(), &self.packages)?;
        fs::write(self.note(), self.wanted()).context("failed to note what was installed")
    }

    /// Written last, so that an installation that broke off is not taken for one.
    fn note(&self) -> PathBuf {
        self.folder().join("installed.txt")
    }

    fn wanted(&self) -> String {
        self.packages.join("\n")
    }
}

fn with_pytest(playwright: &'static str) -> Vec<&'static str> {
    std::iter::once(playwright).chain(PYTEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_with_a_version_name_the_right_one() {
        for environment in PythonEnvironment::older() {
            let version = environment.packages[0].strip_prefix("playwright==");
            let minor = version.and_then(|version| Some(version.rsplit_once('.')?.0));
            let folder = environment.folder.strip_prefix(OLDER_PYTHONS);
            assert_eq!(folder.and_then(|rest| rest.strip_prefix('/')), minor);
        }
        let mypy = PythonEnvironment::mypy();
        assert_eq!(mypy.folder.replace('-', "=="), mypy.packages[0]);
    }
}
