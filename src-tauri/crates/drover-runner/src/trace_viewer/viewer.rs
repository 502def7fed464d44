//! The life of one opened trace.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::entrance::Entrances;
use super::request::OPEN;
use super::serve::{Served, serve};

/// Connections that are answered at once; a browser opens six.
const AT_ONCE: usize = 16;
/// The viewer inside of the package.
const VIEWER: &str = "lib/vite/traceViewer";
/// The pause after a connection could not be taken.
const BREATHER: Duration = Duration::from_millis(100);

/// Why a trace cannot be shown, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum ViewerError {
    #[error("`{}` has no trace viewer; install Drover's own copy of Playwright", package.display())]
    NoViewer { package: PathBuf },
    #[error("the trace `{}` is not there any more", trace.display())]
    NoTrace { trace: PathBuf },
    #[error("failed to listen for the trace viewer's page")]
    Listen(#[source] io::Error),
}

/// Whether a package brings the viewer.
pub(super) fn is_viewer(package: &Path) -> bool {
    package.join(VIEWER).join("index.html").is_file()
}

/// A trace that can be looked at. Dropping it ends that.
pub struct TraceViewer {
    served: Arc<Served>,
    serving: JoinHandle<()>,
}

impl TraceViewer {
    /// Opens `trace` with the viewer of the package `playwright-core` in `package`.
    ///
    /// When nobody has asked for anything for the time of `idle`, it ends.
    ///
    /// The page has to be opened in a browser of its own folder, since a trace holds pages of strangers.
    ///
    /// # Errors
    /// The package has no viewer, the trace is gone, or no port is free.
    pub async fn open(package: &Path, trace: &Path, idle: Duration) -> Result<Self, ViewerError> {
        if !is_viewer(package) {
            return Err(ViewerError::NoViewer {
                package: package.to_owned(),
            });
        }
        if !trace.is_file() {
            return Err(ViewerError::NoTrace {
                trace: trace.to_owned(),
            });
        }
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(ViewerError::Listen)?;
        let address = listener
            .local_addr()
            .map_err(ViewerError::Listen)?
            .to_string();
        let token = token().map_err(ViewerError::Listen)?;
        let served = Arc::new(Served {
            viewer: package.join(VIEWER),
            trace: trace.to_owned(),
            address,
            token,
            entrances: Entrances::default(),
        });
        Ok(Self {
            serving: tokio::spawn(listen(listener, Arc::clone(&served), idle)),
            served,
        })
    }

    /// What to open. Whoever knows it sees the trace.
    #[must_use]
    pub fn url(&self) -> SecretString {
        self.served.page().into()
    }

    /// An address that leads there once, for places where others may read it, such as a command line.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn entrance(&self) -> Result<String, ViewerError> {
        let word = token().map_err(ViewerError::Listen)?;
        self.served.entrances.add(word.clone());
        Ok(format!("http://{}/{OPEN}/{word}", self.served.address))
    }

    /// Whether nobody has looked for so long that it has ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.serving.is_finished()
    }

    /// Waits for that.
    pub async fn over(&mut self) {
        (&mut self.serving).await.ok(); // one that was ended is over as well
    }
}

impl std::fmt::Debug for TraceViewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Whoever knows the path sees the trace.
        f.debug_struct("TraceViewer").finish_non_exhaustive()
    }
}

impl Drop for TraceViewer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn listen(listener: TcpListener, served: Arc<Served>, idle: Duration) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    // With this task its connections end.
    let mut connections = JoinSet::new();
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        while connections.try_join_next().is_some() {}
        let stream = match timeout(idle, listener.accept()).await {
            // A page that is being fetched is looked at.
            Err(_) if room.available_permits() + 1 < AT_ONCE => continue,
            Err(_) => return,
            Ok(Ok((stream, _))) => stream,
            // Out of file handles, or the browser has gone: neither is the end of the page that is open.
            Ok(Err(error)) => {
                tracing::warn!(%error, "a connection of the trace viewer could not be taken");
                sleep(BREATHER).await;
                continue;
            }
        };
        let served = Arc::clone(&served);
        connections.spawn(async move {
            serve(stream, &served).await.ok(); // the browser may have gone
            drop(permit);
        });
    }
}

/// 128 bits from the system's random source, as hex.
fn token() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    let mut text = String::with_capacity(32);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("BUG: writing to a string cannot fail");
    }
    Ok(text)
}
