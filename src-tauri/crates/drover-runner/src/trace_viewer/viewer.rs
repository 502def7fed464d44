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
use tokio::time::sleep;

use super::serve::{Served, serve};

/// Connections that are answered at once; a browser opens six.
const AT_ONCE: usize = 16;
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

/// A trace that can be looked at. Dropping it ends that.
#[derive(Debug)]
pub struct TraceViewer {
    url: SecretString,
    serving: JoinHandle<()>,
}

impl TraceViewer {
    /// Opens `trace` with the viewer of the package `playwright-core` in `package`.
    ///
    /// The page has to be opened in a browser of its own folder, since a trace holds pages of strangers.
    ///
    /// # Errors
    /// The package has no viewer, the trace is gone, or no port is free.
    pub async fn open(package: &Path, trace: &Path) -> Result<Self, ViewerError> {
        let viewer = package.join("lib/vite/traceViewer");
        if !viewer.join("index.html").is_file() {
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
        let base = format!("http://{address}/{token}");
        let served = Served {
            viewer,
            trace: trace.to_owned(),
            address,
            token,
        };
        Ok(Self {
            url: format!("{base}/index.html?trace={base}/trace.zip").into(),
            serving: tokio::spawn(listen(listener, Arc::new(served))),
        })
    }

    /// What to open. Whoever knows it sees the trace.
    #[must_use]
    pub fn url(&self) -> SecretString {
        self.url.clone()
    }
}

impl Drop for TraceViewer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn listen(listener: TcpListener, served: Arc<Served>) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    // With this task its connections end.
    let mut connections = JoinSet::new();
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        while connections.try_join_next().is_some() {}
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // Out of file handles, or the browser has gone: neither is the end of the page that is open.
            Err(error) => {
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
