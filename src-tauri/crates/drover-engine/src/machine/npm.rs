//! The managed copy of Playwright: npm puts it into a folder of Drover's own.

use std::path::{Path, PathBuf};

use drover_model::{Code, CommandError};

use super::Machine;
use super::install::Order;
use crate::{Paths, Result, error::Doing as _};

/// What is installed. It brings `playwright` and `playwright-core`, and no browser.
pub(crate) const PACKAGE: &str = "@playwright/test@1.65.1";

impl Machine {
    /// Installs or repairs the managed copy.
    pub(crate) async fn install_playwright(&self, paths: &Paths) -> Result<()> {
        let node = self.find_node().await.map_err(|error| {
            CommandError::new(Code::NodeUnavailable, error.to_string())
                .hint("Install Node 20.6 or newer, with npm.")
        })?;
        let npm = paths.program("npm").or_else(|| beside(&node.path));
        let npm = npm.ok_or_else(|| {
            CommandError::new(Code::NodeUnavailable, "npm was not found")
                .hint("Install npm; it usually comes with Node.")
        })?;
        std::fs::create_dir_all(&paths.node_tools).doing("make the folder for Playwright")?;
        let installed = self
            .install(
                paths,
                Order {
                    name: "npm",
                    program: npm,
                    args: &[
                        "install",
                        "--no-audit",
                        "--no-fund",
                        "--loglevel=error",
                        PACKAGE,
                    ],
                    folder: &paths.node_tools,
                },
            )
            .await;
        self.forget().await;
        installed
    }
}

/// npm usually lies in the folder of Node.
fn beside(node: &Path) -> Option<PathBuf> {
    let npm = node
        .parent()?
        .join(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.is_file().then_some(npm)
}
