//! One process that waits.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::AsyncWriteExt as _;
use tokio::net::unix::pipe;
use tokio::time::timeout;

use super::{Fit, Recipe};
use crate::process::{Child, Door};
use crate::protocol::{Pipes, pipes};
use crate::scratch::Scratch;
use crate::surroundings::{inodes, temporary};

/// A machine under load takes this long to load Playwright; a run then rather starts its own Node.
pub(super) const START_LIMIT: Duration = Duration::from_secs(10);

/// A Node with Playwright loaded. Dropping it ends the process.
#[derive(Debug)]
pub(crate) struct Spare {
    child: Child,
    pipes: Pipes,
    /// The value of `DROVER_CONTROL`.
    control: String,
    /// The pipe on which it waits.
    wait: pipe::Sender,
    /// The variables that were looked at while Playwright was loaded.
    looked: BTreeSet<String>,
    /// Playwright remembers the folder for temporary files from when it was loaded.
    scratch: Scratch,
    waited: bool,
}

impl Spare {
    /// Starts one and waits until it is ready.
    ///
    /// # Errors
    /// It does not start, or ends before it is ready: the package is broken, for example.
    pub(super) async fn start(door: &Door, recipe: &Recipe, marker: String) -> io::Result<Self> {
        let scratch = Scratch::create(&recipe.scratch)?;
        let (mut pipes, ends) = pipes()?;
        let control = inodes(&ends)?;
        let (read, write) = io::pipe()?;
        let wait = pipe::Sender::from_owned_fd(write.into())?;
        let start = recipe.start(door, scratch.path(), ends, read.into(), marker)?;
        let child = door.start(start).await?;
        let looked = looked(&pipes.first_line().await?)?;
        Ok(Self {
            child,
            pipes,
            control,
            wait,
            looked,
            scratch,
            waited: true,
        })
    }

    /// One for a run that is being prepared, while its browser starts. Without one the run starts its own Node.
    pub(crate) async fn ahead(
        door: &Door,
        recipe: &Recipe,
        fit: &Fit,
        marker: String,
    ) -> Option<Self> {
        let started = timeout(START_LIMIT, Self::start(door, recipe, marker)).await;
        let mut spare = started.ok()?.ok()?;
        spare.waited = false;
        spare.takes(fit).then_some(spare)
    }

    /// Whether it was there before its run.
    pub(crate) fn has_waited(&self) -> bool {
        self.waited
    }

    /// Whether a run can be this process.
    pub(super) fn takes(&self, fit: &Fit) -> bool {
        fit.takes(&self.looked)
    }

    pub(super) fn is_alive(&self) -> bool {
        !self.child.has_ended()
    }

    /// The value of `DROVER_CONTROL` for its run.
    pub(crate) fn control(&self) -> &str {
        &self.control
    }

    /// The folder for temporary files of its run.
    pub(crate) fn temporary(&self) -> PathBuf {
        temporary(self.scratch.path())
    }

    /// Gives it its run. The folder has to stay until the run has ended.
    ///
    /// # Errors
    /// The process has ended while it waited; nothing of the run has happened.
    pub(crate) async fn begin(self, order: &[u8]) -> io::Result<(Child, Pipes, Scratch)> {
        let Self {
            child,
            mut pipes,
            mut wait,
            scratch,
            ..
        } = self;
        wait.write_all(order).await?;
        drop(wait);
        // Without this word one that dies at this moment would be taken for the script.
        pipes.first_line().await?;
        Ok((child, pipes, scratch))
    }
}

fn looked(line: &[u8]) -> io::Result<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Ready {
        looked: BTreeSet<String>,
    }
    let ready: Ready = serde_json::from_slice(line)?;
    Ok(ready.looked)
}
