//! The ladder on which a browser is stopped, and the proof that it is gone.

use std::{path::Path, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, interval, timeout};

use crate::{
    Error, Process, Result,
    cdp::{Mux, protocol::BrowserClose},
    lock,
};

/// Chrome needs about 200 ms to write cookies and end; a page with much storage needs longer.
const CLOSE_LIMIT: Duration = Duration::from_secs(10);
/// For writing what the first rung did not.
const TERMINATE_LIMIT: Duration = Duration::from_secs(2);
/// Helpers end by themselves shortly after the browser.
const HELPERS_LIMIT: Duration = Duration::from_secs(2);
/// The system ends killed processes at once, except those that wait for a disk.
const KILL_LIMIT: Duration = Duration::from_secs(10);
/// How often the process table is looked at; no event tells of a process that is not a child.
const LOOK: Duration = Duration::from_millis(20);

/// How far the ladder had to be climbed down.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// It was gone already.
    Gone,
    /// It closed in good order when asked.
    Closed,
    /// It ended on SIGTERM.
    Terminated,
    /// It was killed. Cookies of the last half minute may be lost.
    Killed,
}

/// Climbs down until the first process has ended.
pub(crate) async fn climb_down(mux: &Mux, process: &dyn Process) -> Rung {
    let asked = async {
        mux.root().call(&BrowserClose {}).await.ok(); // an answer is not needed: the end is
        process.wait().await
    };
    if timeout(CLOSE_LIMIT, asked).await.is_ok() {
        return Rung::Closed;
    }
    process.terminate();
    if timeout(TERMINATE_LIMIT, process.wait()).await.is_ok() {
        return Rung::Terminated;
    }
    kill(process).await;
    Rung::Killed
}

/// Kills and waits for the end of the first process.
pub(crate) async fn kill(process: &dyn Process) {
    process.kill();
    timeout(KILL_LIMIT, process.wait()).await.ok(); // the proof below names what is left
}

/// Waits until no process of the tree is left and removes the lock that a killed browser leaves.
pub(crate) async fn prove_gone(process: &dyn Process, folder: &Path) -> Result<()> {
    if !empty_within(process, HELPERS_LIMIT).await {
        process.kill();
        if !empty_within(process, KILL_LIMIT).await {
            return Err(Error::Survivors(process.survivors()));
        }
    }
    lock::claim(folder)
}

async fn empty_within(process: &dyn Process, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    let mut look = interval(LOOK);
    loop {
        look.tick().await;
        if process.survivors().is_empty() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
    }
}
