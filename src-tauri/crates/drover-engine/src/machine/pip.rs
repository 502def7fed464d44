//! The managed copy of Playwright for Python: a virtual environment of Drover's own, over the machine's Python.

use std::path::PathBuf;

use drover_model::{Code, CommandError};
use drover_runner::python::{interpreter_in, machines_python};

use super::Machine;
use super::install::Order;
use crate::{Paths, Result, error::Doing as _};

/// What is installed. Playwright brings a Node of its own, and no browser.
const PACKAGES: [&str; 3] = [
    "playwright==1.65.2",
    "pytest==9.2.0",
    "pytest-playwright==0.10.0",
];

impl Machine {
    /// Makes the managed environment anew. It sees the packages of the machine's Python, so a script that needs others
    /// of them finds them, and needs no `ensurepip`, which distributions leave out, where the machine has pip.
    pub(crate) async fn install_playwright_for_python(&self, paths: &Paths) -> Result<()> {
        let python = machines_python(&self.door).await.map_err(|error| {
            CommandError::new(Code::PythonUnavailable, error.to_string())
                .hint("Install Python 3.9 or newer, with pip.")
        })?;
        let home = &paths.python_tools;
        let above = home.parent().unwrap_or(&paths.data);
        std::fs::create_dir_all(above).doing("make the folder for Playwright")?;
        let folder = home.to_str().ok_or_else(|| {
            CommandError::new(
                Code::DataFolder,
                "pip needs a data folder whose name is text",
            )
        })?;
        let made = [
            "-m",
            "venv",
            "--clear",
            "--without-pip",
            "--system-site-packages",
            folder,
        ];
        self.by_pip(paths, python.path, &made).await?;
        let own = interpreter_in(home);
        let asked = ["-m", "pip", "--version"];
        if self.by_pip(paths, own.clone(), &asked).await.is_err() {
            let brought = ["-m", "ensurepip", "--default-pip"];
            let brought = self.by_pip(paths, own.clone(), &brought).await;
            brought.map_err(|_| {
                CommandError::new(
                    Code::PythonUnavailable,
                    format!("`{}` has no pip", own.display()),
                )
                .hint("Install pip for Python; on Debian the package is `python3-pip`.")
            })?;
        }
        // What the machine has in another version must not count as installed.
        let wanted = ["-m", "pip", "install", "--ignore-installed", "--no-input"];
        let quiet = ["--quiet", "--disable-pip-version-check"];
        let wanted = [&wanted[..], &quiet, &PACKAGES].concat();
        self.by_pip(paths, own, &wanted).await
    }

    /// One step of it, which an interpreter makes.
    async fn by_pip(&self, paths: &Paths, python: PathBuf, args: &[&str]) -> Result<()> {
        let order = Order {
            name: "pip",
            program: python,
            args,
            folder: &paths.data,
        };
        self.install(paths, order).await
    }
}
