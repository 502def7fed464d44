//! The managed copy of Playwright: npm puts it into a folder of Drover's own.

use std::{path::PathBuf, time::Duration};

use drover_browser::Exit;
use drover_model::{Code, CommandError};
use drover_runner::process::{Audience, Output, Start};

use super::Machine;
use crate::{Paths, Result, error::Doing as _};

/// What is installed. It brings `playwright` and `playwright-core`, and no browser.
pub(crate) const PACKAGE: &str = "@playwright/test@1.65.1";

/// npm on a slow line; after that it is ended.
const LIMIT: Duration = Duration::from_mins(10);

impl Machine {
    /// Installs or repairs the managed copy. The error carries the end of npm's own words.
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
        let mut environment = self.door.environment(Audience::Task);
        environment.insert("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD".into(), "1".into());
        let start = Start {
            program: npm,
            args: [
                "install",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                PACKAGE,
            ]
            .map(Into::into)
            .to_vec(),
            environment,
            folder: paths.node_tools.clone(),
            fds: Vec::new(),
            marker: format!("{}npm", crate::engine::Rooms::marker(paths)),
            output: Output::Tail(4_000),
        };
        let child = self.door.start(start).await.doing("start npm")?;
        let Ok(exit) = tokio::time::timeout(LIMIT, child.wait()).await else {
            child.kill();
            return Err(CommandError::new(
                Code::PlaywrightUnavailable,
                "npm did not finish within 10 minutes",
            )
            .hint("Check the network, then try again.")
            .into());
        };
        self.forget().await;
        if exit == Exit::Code(0) {
            return Ok(());
        }
        let words = child.stderr_tail();
        let words = words
            .trim()
            .lines()
            .last()
            .unwrap_or("no reason was given")
            .to_owned();
        Err(CommandError::new(
            Code::PlaywrightUnavailable,
            format!("npm could not install Playwright: {words}"),
        )
        .hint("Check the network, then try again.")
        .into())
    }
}

/// npm usually lies in the folder of Node.
fn beside(node: &std::path::Path) -> Option<PathBuf> {
    let npm = node
        .parent()?
        .join(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.is_file().then_some(npm)
}
