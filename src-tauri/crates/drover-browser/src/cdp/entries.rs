//! What the routes keep of commands, sessions and clients.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::value::RawValue;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::{
    CdpError, Event, LeaveReason,
    envelope::{ErrorBody, FromChrome},
};

/// Messages that wait for a client. A page that loads sends some hundreds at once.
const MAX_QUEUED: usize = 16 * 1024;
/// Bytes that wait for a client: a few of the largest screenshots.
const MAX_QUEUED_BYTES: usize = 64 * 1024 * 1024;

/// The number of a gateway client, never given out twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ClientId(pub u64);

/// What Chrome answered to one of Drover's own commands.
pub(super) type OwnReply = Result<Box<RawValue>, CdpError>;

/// A command on its way, by the id it has on the pipe.
pub(super) enum Pending {
    Own {
        method: &'static str,
        session: Option<String>,
        reply: oneshot::Sender<OwnReply>,
    },
    Client {
        client: ClientId,
        id: i64,
        session: Option<String>,
        learn: Learn,
    },
}

/// What a reply to a client teaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Learn {
    Nothing,
    Session,
    Target,
    Context,
}

impl Learn {
    pub(super) fn from(method: &str) -> Self {
        match method {
            "Target.attachToTarget" | "Target.attachToBrowserTarget" => Self::Session,
            "Target.createTarget" => Self::Target,
            "Target.createBrowserContext" => Self::Context,
            _ => Self::Nothing,
        }
    }
}

/// To whom the events of a session go.
pub(super) enum Owner {
    Drover {
        events: broadcast::Sender<Arc<Event>>,
        crashed: bool,
    },
    Client(ClientId),
}

/// A message for a client, and what is needed to count it out of the queue again.
pub(super) struct Outbound {
    pub receiver: mpsc::Receiver<String>,
    pub queued: Arc<AtomicUsize>,
    pub ended: watch::Receiver<Option<LeaveReason>>,
}

/// A client as the routes know it.
pub(super) struct ClientEntry {
    /// The client's private session with the browser.
    pub session: String,
    pub ended: watch::Sender<Option<LeaveReason>>,
    pub made: Made,
    sender: mpsc::Sender<String>,
    queued: Arc<AtomicUsize>,
}

impl ClientEntry {
    pub(super) fn new(session: &str) -> (Self, Outbound) {
        let (sender, receiver) = mpsc::channel(MAX_QUEUED);
        let queued = Arc::new(AtomicUsize::new(0));
        let ended = watch::Sender::new(None);
        let outbound = Outbound {
            receiver,
            queued: queued.clone(),
            ended: ended.subscribe(),
        };
        (
            Self {
                session: session.to_owned(),
                ended,
                made: Made::default(),
                sender,
                queued,
            },
            outbound,
        )
    }

    /// Queues a message; false when the client does not read. One message of any size always fits.
    pub(super) fn queue(&self, text: String) -> bool {
        let size = text.len();
        let before = self.queued.fetch_add(size, Ordering::Relaxed);
        let fits = before == 0 || before + size <= MAX_QUEUED_BYTES;
        fits && self.sender.try_send(text).is_ok()
    }
}

/// What a client made and what is closed when it goes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Made {
    pub targets: BTreeSet<String>,
    pub contexts: BTreeSet<String>,
}

/// What is left of a client that went.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Departed {
    /// Its private session; none when only something made too late is left.
    pub session: Option<String>,
    pub made: Made,
}

/// Why a client's message was not sent on; the text is the reply.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The client is not, or no longer, known.
    Left,
    /// It named a session that is not its own.
    Session(String),
}

/// The reply to one of Drover's own commands.
pub(super) fn own_result(method: &'static str, message: &FromChrome<'_>) -> OwnReply {
    match (message.result, message.error) {
        (_, Some(error)) => {
            let body: ErrorBody = serde_json::from_str(error.get())
                .map_err(|source| CdpError::Shape { method, source })?;
            Err(CdpError::Refused {
                method,
                code: body.code,
                message: body.message,
            })
        }
        (Some(result), None) => Ok(result.to_owned()),
        (None, None) => {
            Ok(RawValue::from_string("{}".to_owned()).expect("BUG: an empty object is JSON"))
        }
    }
}
