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

/// How often the browser is asked whether it is there.
const PING: Duration = Duration::from_secs(5);
/// A browser that is there answers within milliseconds, on a loaded machine within seconds.
const PING_LIMIT: Duration = Duration::from_secs(10);
/// A browser that hangs may still write cookies when it is told to end.
const TERMINATE_LIMIT: Duration = Duration::from_secs(2);

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
    /// It was there and did not answer any more, so it was ended.
    Hung,
}

impl Closed {
    /// The word that is stored and that programs read; none when Drover itself stopped it.
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            Self::Asked => None,
            Self::ByHand => Some("browser_closed"),
            Self::Crashed { .. } => Some("browser_crashed"),
            Self::Hung => Some("browser_hung"),
        }
    }
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
    let mut hung = false;
    let exit = tokio::select! {
        exit = process.wait() => exit,
        () = mux.gone() => after_pipe(process.as_ref()).await,
        () = mux.silent(PING, PING_LIMIT) => {
            // While Drover stops it, the ladder is the judge of its patience.
            hung = !asked.load(Ordering::Acquire);
            if hung {
                tracing::warn!(pid = process.identity().pid, "ended a browser that did not answer");
                end_hung(process.as_ref()).await;
            }
            process.wait().await
        }
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
        _ if hung => Closed::Hung,
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

async fn end_hung(process: &dyn Process) {
    process.terminate();
    if timeout(TERMINATE_LIMIT, process.wait()).await.is_err() {
        kill(process).await;
    }
}

async fn after_pipe(process: &dyn Process) -> Exit {
    if let Ok(exit) = timeout(AFTER_PIPE, process.wait()).await {
        return exit;
    }
    kill(process).await;
    process.wait().await
}
