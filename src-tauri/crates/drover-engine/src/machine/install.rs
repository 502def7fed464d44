//! What installs the managed copies of Playwright: programs of the machine that fetch packages.

use std::time::Duration;

use drover_browser::Exit;
use drover_model::{Code, CommandError};
use drover_runner::process::{Audience, Environment, Output, Start};

use super::Machine;
use crate::{Paths, Result, error::Doing as _};

/// A slow line; after that the program is ended.
const LIMIT: Duration = Duration::from_mins(10);

/// An installer at work: its name, what is started, and where.
pub(super) struct Order<'a> {
    /// As it is called in messages, such as `npm`.
    pub(super) name: &'static str,
    pub(super) program: std::path::PathBuf,
    pub(super) args: &'a [&'a str],
    pub(super) folder: &'a std::path::Path,
}

impl Machine {
    /// Runs it to its end. The error carries the end of its own words.
    pub(super) async fn install(&self, paths: &Paths, order: Order<'_>) -> Result<()> {
        let name = order.name;
        let child = self
            .door
            .start(Start {
                program: order.program,
                args: order.args.iter().map(Into::into).collect(),
                environment: self.without_browsers(),
                folder: order.folder.to_owned(),
                fds: Vec::new(),
                marker: format!("{}{name}", crate::engine::Rooms::marker(paths)),
                output: Output::Tail(4_000),
            })
            .await
            .doing("start the installation of Playwright")?;
        let Ok(exit) = tokio::time::timeout(LIMIT, child.wait()).await else {
            child.kill();
            return Err(failed(format!("{name} did not finish within 10 minutes")));
        };
        if exit == Exit::Code(0) {
            return Ok(());
        }
        let words = child.stderr_tail();
        let last = words.trim().lines().last();
        let words = last.unwrap_or("no reason was given");
        Err(failed(format!(
            "{name} could not install Playwright: {words}"
        )))
    }

    fn without_browsers(&self) -> Environment {
        let mut environment = self.door.environment(Audience::Task);
        environment.insert("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD".into(), "1".into());
        environment
    }
}

fn failed(message: String) -> crate::Error {
    CommandError::new(Code::PlaywrightUnavailable, message)
        .hint("Check the network, then try again.")
        .into()
}
