//! A running browser.

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Mutex, watch};

use crate::{
    Closed, Error, Gateway, GatewayOptions, LaunchOptions, Page, Preview, Process, ProcessIdentity,
    Result, Rung, Spawn,
    cdp::{Mux, Session, protocol::BrowserVersion},
    gateway, launch, page,
    preview::{self, Previews, QUICKEST_PREVIEW},
    stop::{climb_down, kill},
    supervise::{End, Watched, supervise},
};

/// A running browser. Clones are the same browser; when the last one is dropped, its pipe closes and it exits.
#[derive(Clone)]
pub struct Browser {
    shared: Arc<Shared>,
}

struct Shared {
    process: Arc<dyn Process>,
    mux: Mux,
    version: BrowserVersion,
    folder: PathBuf,
    proxy: Option<SocketAddr>,
    asked: Arc<AtomicBool>,
    ended: watch::Receiver<Option<End>>,
    /// Whether the overrides are in force in the first tab too.
    settled: watch::Receiver<bool>,
    /// A tab in which nothing was opened yet, for the next run.
    empty: Mutex<Option<String>>,
    previews: Previews,
    /// Held while the ladder is climbed down, so that two who close do it once.
    stopping: Mutex<Option<Rung>>,
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser")
            .field("folder", &self.shared.folder)
            .field("process", self.identity())
            .finish()
    }
}

impl Browser {
    /// Launches a browser on a profile folder. After an error no process is left.
    pub async fn launch(spawn: &dyn Spawn, options: LaunchOptions) -> Result<Self> {
        let launch::Launched {
            process,
            mux,
            version,
            folder,
            settled,
            empty,
        } = launch::launch(spawn, &options).await?;
        let proxy = options.proxy;
        let asked = Arc::new(AtomicBool::new(false));
        let (sender, ended) = watch::channel(None);
        let watched = Watched {
            process: process.clone(),
            mux: mux.clone(),
            folder: folder.clone(),
            asked: asked.clone(),
        };
        tokio::spawn(supervise(watched, sender));
        let stopping = Mutex::new(None);
        Ok(Self {
            shared: Arc::new(Shared {
                process,
                mux,
                version,
                folder,
                proxy,
                asked,
                ended,
                settled,
                empty: Mutex::new(empty),
                previews: Previews::default(),
                stopping,
            }),
        })
    }

    /// Which process it is, to be stored while it runs.
    pub fn identity(&self) -> &ProcessIdentity {
        self.shared.process.identity()
    }

    /// What it says of itself.
    pub fn version(&self) -> &BrowserVersion {
        &self.shared.version
    }

    /// The profile folder, canonical.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }

    /// The HTTP proxy on this machine that is its only way out, if it was given one.
    pub fn proxy(&self) -> Option<SocketAddr> {
        self.shared.proxy
    }

    /// Drover's own conversation with the browser as a whole.
    pub(crate) fn root(&self) -> Session {
        self.shared.mux.root()
    }

    /// Opens an empty page in a tab of its own, in front.
    pub async fn new_page(&self) -> Result<Page> {
        page::open(&self.shared.mux.root()).await
    }

    /// The empty page that waits for a run, in front, or else a new one. It spares the start of a renderer.
    pub async fn ready_page(&self) -> Result<Page> {
        let empty = self.shared.empty.lock().await.take();
        let Some(target) = empty else {
            return self.new_page().await;
        };
        self.settle().await;
        match page::take_empty(&self.shared.mux.root(), target).await {
            Some(page) => Ok(page),
            None => self.new_page().await,
        }
    }

    /// Waits until the overrides are in force in the first tab.
    async fn settle(&self) {
        let mut settled = self.shared.settled.clone();
        settled.wait_for(|settled| *settled).await.ok(); // the end of the browser ends the waiting
    }

    /// Small live pictures of the page that matters, at most one each `every`. All who look share one capture, and
    /// the browser is not kept running by it. Must be called inside a tokio runtime.
    pub fn preview(&self, every: Duration) -> Preview {
        self.shared.previews.join(&self.shared.mux.root(), every)
    }

    /// One picture of the page that matters, all that is visible of it, as PNG. Nothing comes to the front for it.
    pub async fn shot(&self) -> Result<Vec<u8>> {
        preview::shot(&self.root(), self.preview(QUICKEST_PREVIEW)).await
    }

    /// Opens a gateway for one run; it closes with the value that is given back.
    pub async fn gateway(&self, options: GatewayOptions) -> Result<Gateway> {
        // A client may take the first tab, which must not load anything without the overrides.
        self.settle().await;
        gateway::open(self.shared.mux.clone(), self.shared.proxy, options).await
    }

    /// Stops it: asks, then terminates, then kills, then waits until no process and no lock is left.
    pub async fn close(&self) -> Result<Rung> {
        self.stop(false).await
    }

    /// Kills it at once and waits until no process and no lock is left. Cookies may be lost.
    pub async fn kill(&self) -> Result<Rung> {
        self.stop(true).await
    }

    /// Opens an address in a tab of its own, in front. It does not wait for the page to load.
    pub async fn open_tab(&self, url: &str) -> Result<()> {
        page::open_tab(&self.shared.mux.root(), url).await
    }

    /// Closes every page and every isolated context, and leaves one empty page.
    pub async fn tidy(&self) -> Result<()> {
        let mut empty = self.shared.empty.lock().await;
        *empty = None;
        *empty = Some(page::tidy(&self.shared.mux.root()).await?);
        Ok(())
    }

    /// Whether it has ended.
    pub fn is_gone(&self) -> bool {
        self.shared.ended.borrow().is_some()
    }

    /// The same as [`Browser::closed`], without keeping the browser running.
    pub(crate) fn ending(&self) -> impl Future<Output = Closed> + Send + 'static {
        let mut ended = self.shared.ended.clone();
        async move {
            match ended.wait_for(Option::is_some).await {
                Ok(end) => end.clone().map_or(Closed::Asked, |end| end.closed),
                Err(_) => Closed::Asked,
            }
        }
    }

    /// Waits until it is gone, for whichever reason, with no process and no lock left.
    pub async fn closed(&self) -> Closed {
        self.ended().await.closed
    }

    async fn stop(&self, at_once: bool) -> Result<Rung> {
        let shared = &self.shared;
        let mut done = shared.stopping.lock().await;
        if let Some(rung) = *done {
            return Ok(rung);
        }
        let rung = if shared.ended.borrow().is_some() {
            Rung::Gone
        } else {
            shared.asked.store(true, Ordering::Release);
            if at_once {
                kill(shared.process.as_ref()).await;
                Rung::Killed
            } else {
                climb_down(&shared.mux, shared.process.as_ref()).await
            }
        };
        let End { survivors, .. } = self.ended().await;
        if !survivors.is_empty() {
            return Err(Error::Survivors(survivors));
        }
        *done = Some(rung);
        Ok(rung)
    }

    async fn ended(&self) -> End {
        let mut ended = self.shared.ended.clone();
        let end = ended
            .wait_for(Option::is_some)
            .await
            .expect("BUG: the supervisor ended without a word");
        end.clone().expect("BUG: waited for an end that is there")
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Chrome exits when its pipe closes. The supervisor goes on until it has.
        self.asked.store(true, Ordering::Release);
        self.mux.end();
    }
}
