//! Typed commands on one session.

use std::{fmt, sync::Arc, time::Duration};

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::{sync::broadcast, time::timeout};

use super::{
    CdpError, Mux,
    protocol::{AttachToBrowserTarget, AttachToTarget, Command, DetachFromTarget},
};

/// Chrome answers in milliseconds; a loaded machine may need seconds.
const LIMIT: Duration = Duration::from_secs(30);

/// Something Chrome told without being asked.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name, for instance `Page.loadEventFired`.
    pub method: String,
    params: Option<Box<RawValue>>,
}

impl Event {
    pub(super) fn new(method: &str, params: Option<&RawValue>) -> Self {
        Self {
            method: method.to_owned(),
            params: params.map(ToOwned::to_owned),
        }
    }

    /// The parameters, when the event has this name and they have this shape.
    pub fn read<T: DeserializeOwned>(&self, method: &str) -> Option<T> {
        if self.method != method {
            return None;
        }
        let text = self.params.as_ref().map_or("{}", |raw| raw.get());
        serde_json::from_str(text).ok()
    }
}

/// Drover's own conversation with the browser, or with one page. Clones talk on the same session.
#[derive(Clone)]
pub struct Session {
    mux: Mux,
    id: Option<Arc<str>>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Session").field(&self.id).finish()
    }
}

impl Session {
    pub(super) fn root(mux: Mux) -> Self {
        Self { mux, id: None }
    }

    /// A private session with a target. `self` must be the browser's session.
    pub async fn attach(&self, target: &str) -> Result<Self, CdpError> {
        let attached = self
            .call(&AttachToTarget {
                target_id: target,
                flatten: true,
            })
            .await?;
        self.mux.own(&attached.session_id)?;
        Ok(Self {
            mux: self.mux.clone(),
            id: Some(attached.session_id.into()),
        })
    }

    /// A further private session with the browser itself, for events of its own. `self` must be the browser's session.
    pub async fn browser(&self) -> Result<Self, CdpError> {
        let attached = self.call(&AttachToBrowserTarget {}).await?;
        self.adopt(&attached.session_id)
    }

    /// A session that Chrome made for this one, as `Target.attachedToTarget` tells.
    pub fn adopt(&self, session: &str) -> Result<Self, CdpError> {
        self.mux.own(session)?;
        Ok(Self {
            mux: self.mux.clone(),
            id: Some(session.into()),
        })
    }

    /// The browser's targets, the oldest first, as far as they were told of.
    pub(crate) fn opened(&self) -> Vec<String> {
        self.mux.opened()
    }

    /// Whether it has this id.
    pub(crate) fn is(&self, id: &str) -> bool {
        self.id.as_deref() == Some(id)
    }

    /// Ends the session; the target stays.
    pub async fn detach(self) -> Result<(), CdpError> {
        let Some(id) = &self.id else { return Ok(()) };
        let root = Self::root(self.mux.clone());
        root.call(&DetachFromTarget { session_id: id })
            .await
            .map(|_| ())
    }

    /// Sends a command and waits for its reply, for at most half a minute: a page that hangs must not hang Drover.
    pub async fn call<C: Command>(&self, command: &C) -> Result<C::Reply, CdpError> {
        self.call_within(command, LIMIT).await
    }

    /// The same with another limit, for what may take long or must be short.
    pub async fn call_within<C: Command>(
        &self,
        command: &C,
        limit: Duration,
    ) -> Result<C::Reply, CdpError> {
        let method = C::METHOD;
        let reply = timeout(limit, self.mux.call(method, command, self.id.as_deref())).await;
        let reply = reply.unwrap_or(Err(CdpError::Silent { method, limit }))?;
        serde_json::from_str(reply.get()).map_err(|source| CdpError::Shape { method, source })
    }

    /// The events of this session from now on.
    pub fn events(&self) -> Result<broadcast::Receiver<Arc<Event>>, CdpError> {
        self.mux.events(self.id.as_deref())
    }
}
