//! One reader and one writer on the pipe, many who ask.

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use serde::Serialize;
use serde_json::value::RawValue;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    runtime::Handle,
    sync::{broadcast, mpsc, watch},
    task::AbortHandle,
    time::sleep,
};

use super::{
    CdpError, Client, Event, LeaveReason, Session,
    entries::{ClientId, Departed, Refused},
    envelope::{FromChrome, FromClient, ToChrome},
    framing::{self, Frames},
    protocol::{
        AttachToBrowserTarget, CloseTarget, CreateTarget, DetachFromTarget, DisposeBrowserContext,
        GetTargets, GetVersion,
    },
    routes::Routes,
};

/// Commands that wait for the pipe. When Chrome does not read, those who ask wait here.
const MAX_OUTGOING: usize = 256;

/// The pipe to one browser. Clones are the same pipe.
#[derive(Clone)]
pub struct Mux {
    shared: Arc<Shared>,
}

struct Shared {
    routes: Mutex<Routes>,
    outgoing: mpsc::Sender<Vec<u8>>,
    gone: watch::Sender<bool>,
    tasks: Mutex<Vec<AbortHandle>>,
    runtime: Handle,
}

impl Mux {
    /// Starts the reader and the writer. Must be called inside a tokio runtime.
    pub fn start(
        input: impl AsyncRead + Unpin + Send + 'static,
        output: impl AsyncWrite + Unpin + Send + 'static,
    ) -> Self {
        let (outgoing, queue) = mpsc::channel(MAX_OUTGOING);
        let runtime = Handle::current();
        let shared = Arc::new(Shared {
            routes: Mutex::new(Routes::new()),
            outgoing,
            gone: watch::Sender::new(false),
            tasks: Mutex::default(),
            runtime: runtime.clone(),
        });
        let mux = Self { shared };
        let writer = runtime.spawn(write(output, queue)).abort_handle();
        let reader = runtime
            .spawn(mux.clone().read(Frames::new(input)))
            .abort_handle();
        mux.shared
            .tasks
            .lock()
            .expect("BUG: a holder of the task list panicked")
            .extend([reader, writer]);
        mux
    }

    /// Drover's own session with the browser.
    pub fn root(&self) -> Session {
        Session::root(self.clone())
    }

    /// Admits a client that will be handed raw messages.
    pub async fn join(&self) -> Result<Client, CdpError> {
        let session = self
            .root()
            .call(&AttachToBrowserTarget {})
            .await?
            .session_id;
        let (id, outbound) = self.routes().join(&session)?;
        Ok(Client::new(self.clone(), id, outbound))
    }

    /// Waits until the pipe has ended.
    pub async fn gone(&self) {
        let mut gone = self.shared.gone.subscribe();
        gone.wait_for(|gone| *gone).await.ok(); // the sender lives as long as `self`
    }

    /// Waits until a question to the browser gets no answer within `limit`; one is asked every `every`.
    /// It never comes when the pipe ends: [`Mux::gone`] tells of that.
    pub async fn silent(&self, every: Duration, limit: Duration) {
        let root = self.root();
        loop {
            match root.call_within(&GetVersion {}, limit).await {
                Err(CdpError::Silent { .. }) => return,
                Err(CdpError::Gone) => std::future::pending().await,
                // Whatever it answers, it answers.
                Ok(_) | Err(_) => sleep(every).await,
            }
        }
    }

    /// Closes Drover's ends of the pipe, on which Chrome exits by itself.
    pub fn end(&self) {
        for task in self
            .shared
            .tasks
            .lock()
            .expect("BUG: a holder of the task list panicked")
            .drain(..)
        {
            task.abort();
        }
        self.routes().end();
        self.shared.gone.send_replace(true);
    }

    pub(super) async fn call(
        &self,
        method: &'static str,
        params: &impl Serialize,
        session: Option<&str>,
    ) -> Result<Box<RawValue>, CdpError> {
        let (id, answer) = self.routes().ask(method, session)?;
        let message = serde_json::to_vec(&ToChrome {
            id,
            method,
            params: Some(params),
            session,
        })
        .map_err(|source| CdpError::Shape { method, source })?;
        self.send(message).await?;
        answer.await.map_err(|_| CdpError::Gone)?
    }

    pub(super) async fn forward(
        &self,
        client: ClientId,
        message: &FromClient<'_>,
    ) -> Result<Result<(), Refused>, CdpError> {
        let routed = self.routes().forward(client, message);
        match routed {
            Ok(bytes) => self.send(bytes).await.map(Ok),
            Err(refused) => Ok(Err(refused)),
        }
    }

    pub(super) fn events(
        &self,
        session: Option<&str>,
    ) -> Result<broadcast::Receiver<Arc<Event>>, CdpError> {
        self.routes().events(session)
    }

    pub(super) fn opened(&self) -> Vec<String> {
        self.routes().opened()
    }

    pub(super) fn own(&self, session: &str) -> Result<(), CdpError> {
        self.routes().own(session)
    }

    pub(super) fn forget(&self, client: ClientId) -> Option<Departed> {
        self.routes().leave(client, LeaveReason::Left)
    }

    /// Closes what a client made. Chrome exits when its last page closes, so one page is kept.
    pub(super) async fn clean(&self, departed: Departed) {
        let root = self.root();
        let Departed { session, made } = departed;
        let cleaned = async {
            if let Some(session_id) = &session {
                root.call(&DetachFromTarget { session_id }).await?;
            }
            for browser_context_id in &made.contexts {
                // It may be gone already: the client is free to close what it made.
                root.call(&DisposeBrowserContext { browser_context_id })
                    .await
                    .ok();
            }
            if made.targets.is_empty() {
                return Ok(());
            }
            let targets = root.call(&GetTargets {}).await?.target_infos;
            if !targets
                .iter()
                .any(|target| target.kind == "page" && !made.targets.contains(&target.target_id))
            {
                root.call(&CreateTarget {
                    url: "about:blank",
                    background: true,
                })
                .await?;
            }
            for target_id in &made.targets {
                root.call(&CloseTarget { target_id }).await.ok(); // it may be gone already
            }
            Ok::<_, CdpError>(())
        };
        if let Err(error) = cleaned.await {
            tracing::debug!(%error, "could not close what a client had made");
        }
    }

    pub(super) fn clean_in_background(&self, departed: Departed) {
        let mux = self.clone();
        self.shared
            .runtime
            .spawn(async move { mux.clean(departed).await });
    }

    async fn send(&self, message: Vec<u8>) -> Result<(), CdpError> {
        self.shared
            .outgoing
            .send(message)
            .await
            .map_err(|_| CdpError::Gone)
    }

    async fn read(self, mut frames: Frames<impl AsyncRead + Unpin>) {
        loop {
            match frames.next().await {
                Ok(Some(message)) => self.route(&message),
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "the pipe to the browser failed");
                    break;
                }
            }
        }
        self.end();
    }

    fn route(&self, message: &[u8]) {
        match serde_json::from_slice::<FromChrome<'_>>(message) {
            Ok(message) => {
                let departed = self.routes().incoming(&message);
                for departed in departed {
                    self.clean_in_background(departed);
                }
            }
            // The text is not logged: it may hold what a page shows.
            Err(error) => {
                tracing::warn!(%error, bytes = message.len(), "ignored a message that is no CDP");
            }
        }
    }

    fn routes(&self) -> MutexGuard<'_, Routes> {
        self.shared
            .routes
            .lock()
            .expect("BUG: a holder of the routes panicked")
    }
}

async fn write(mut output: impl AsyncWrite + Unpin, mut queue: mpsc::Receiver<Vec<u8>>) {
    while let Some(message) = queue.recv().await {
        if let Err(error) = framing::write(&mut output, message).await {
            tracing::debug!(%error, "the pipe to the browser is closed");
            break;
        }
    }
}
