//! A gateway's client on the mux: raw text in both directions.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{mpsc, watch};

use super::{
    CdpError, Mux,
    entries::{ClientId, Outbound, Refused},
    envelope::{FromClient, ToClient, refusal},
};

/// Why a client was let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveReason {
    /// It went by itself, or its run ended.
    Left,
    /// It did not read what it had asked for.
    Stalled,
    /// The browser is gone.
    BrowserGone,
}

/// What comes out of a client's queue.
#[derive(Debug, PartialEq, Eq)]
pub enum Delivery {
    /// A message for it.
    Message(String),
    /// Nothing more will come.
    End(LeaveReason),
}

/// One client. Dropping it closes what it made, in the background; [`Client::leave`] waits for that.
pub struct Client {
    mux: Mux,
    id: ClientId,
    receiver: mpsc::Receiver<String>,
    queued: Arc<AtomicUsize>,
    ended: watch::Receiver<Option<LeaveReason>>,
}

impl Client {
    pub(super) fn new(mux: Mux, id: ClientId, outbound: Outbound) -> Self {
        let Outbound {
            receiver,
            queued,
            ended,
        } = outbound;
        Self {
            mux,
            id,
            receiver,
            queued,
            ended,
        }
    }

    /// Sends a parsed message on. A text that is given back is the answer in Chrome's place.
    pub(crate) async fn send(&self, message: &FromClient<'_>) -> Result<Option<String>, CdpError> {
        match self.mux.forward(self.id, message).await? {
            Ok(()) => Ok(None),
            Err(Refused::Session(reply)) => Ok(Some(reply)),
            Err(Refused::Left) => Err(CdpError::Detached),
        }
    }

    /// The same for a message that is still text. One that is no CDP is left out.
    pub async fn send_text(&self, text: &str) -> Result<Option<String>, CdpError> {
        match serde_json::from_str(text) {
            Ok(message) => self.send(&message).await,
            Err(_) => Ok(None),
        }
    }

    /// The next message for the client. Safe to drop while it waits.
    pub async fn next(&mut self) -> Delivery {
        if let Some(text) = self.receiver.recv().await {
            self.queued.fetch_sub(text.len(), Ordering::Relaxed);
            Delivery::Message(text)
        } else {
            Delivery::End(self.ended.borrow().unwrap_or(LeaveReason::BrowserGone))
        }
    }

    /// Waits until the mux has let it go, also while its own messages are still waiting.
    pub fn ended(&self) -> impl Future<Output = LeaveReason> + Send + 'static {
        let mut ended = self.ended.clone();
        async move {
            let reason = ended.wait_for(Option::is_some).await.map(|reason| *reason);
            reason.ok().flatten().unwrap_or(LeaveReason::BrowserGone)
        }
    }

    /// Goes, and waits until the pages and contexts it made are closed.
    pub async fn leave(self) {
        let mux = self.mux.clone();
        if let Some(departed) = mux.forget(self.id) {
            mux.clean(departed).await;
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(departed) = self.mux.forget(self.id) {
            self.mux.clean_in_background(departed);
        }
    }
}

/// An empty result for a client's message.
pub(crate) fn empty_reply(message: &FromClient<'_>) -> String {
    let empty = serde_json::value::RawValue::from_string("{}".to_owned())
        .expect("BUG: an empty object is JSON");
    let session = message.session.as_deref();
    ToClient {
        id: Some(message.id),
        result: Some(&empty),
        session,
        ..ToClient::default()
    }
    .text()
}

/// A refusal for a client's message.
pub(crate) fn refused_reply(message: &FromClient<'_>, why: &str) -> String {
    let error = refusal(-32000, why);
    let session = message.session.as_deref();
    ToClient {
        id: Some(message.id),
        error: Some(&error),
        session,
        ..ToClient::default()
    }
    .text()
}
