//! Watches a browser until it has ended, says why, and proves that nothing is left.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

use crate::{
    Exit, Process,
    cdp::Mux,
    launch::words,
    stop::{kill, prove_gone},
};

/// A browser whose pipe ended is on its way out; one that hangs there is ended.
const AFTER_PIPE: Duration = Duration::from_secs(10);

/// Why a browser is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Drover stopped it.
    Asked,
    /// It ended in good order by itself: somebody closed the last window.
    ByHand,
    /// It crashed or was killed.
    Crashed {
        /// How it ended, in words.
        exit: String,
        /// The end of its standard error.
        stderr: String,
    },
}

/// What the end of a browser left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub closed: Closed,
    /// Processes that could not be ended.
    pub survivors: Vec<u32>,
}

/// What the supervisor looks at.
pub(crate) struct Watched {
    pub process: Arc<dyn Process>,
    pub mux: Mux,
    pub folder: PathBuf,
    /// Set before Drover stops the browser.
    pub asked: Arc<AtomicBool>,
}

/// Runs until the browser is gone, then says so once.
pub(crate) async fn supervise(watched: Watched, ended: watch::Sender<Option<End>>) {
    let Watched {
        process,
        mux,
        folder,
        asked,
    } = watched;
    let exit = tokio::select! {
        exit = process.wait() => exit,
        () = mux.gone() => after_pipe(process.as_ref()).await,
    };
    mux.end();
    let survivors = match prove_gone(process.as_ref(), &folder).await {
        Ok(()) => Vec::new(),
        Err(error) => {
            tracing::error!(%error, "the end of a browser is not clean");
            process.survivors()
        }
    };
    let closed = match exit {
        _ if asked.load(Ordering::Acquire) => Closed::Asked,
        Exit::Code(0) => Closed::ByHand,
        exit => Closed::Crashed {
            exit: words(exit),
            stderr: process.stderr_tail(),
        },
    };
    tracing::debug!(?exit, "a browser is gone");
    ended.send_replace(Some(End { closed, survivors }));
}

async fn after_pipe(process: &dyn Process) -> Exit {
    if let Ok(exit) = timeout(AFTER_PIPE, process.wait()).await {
        return exit;
    }
    kill(process).await;
    process.wait().await
}
