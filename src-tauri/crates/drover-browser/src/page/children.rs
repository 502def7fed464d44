//! Frames that have a process, and so a session, of their own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::sync::broadcast::{self, error::RecvError};

use super::traffic::Traffic;
use crate::{
    BoxFuture,
    cdp::{
        CdpError, Event, Session,
        protocol::{
            AttachedToTarget, DetachedFromTarget, InspectorEnable, PageEnable, SetAutoAttach,
        },
    },
};

/// The sessions of a page's frames by frame id, at any depth. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Children(Arc<Mutex<HashMap<String, Session>>>);

impl Children {
    /// The session of a frame, when it has one of its own.
    pub(crate) fn session_of(&self, frame: &str) -> Option<Session> {
        self.state().get(frame).cloned()
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<Session> {
        self.state().values().cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().expect("BUG: a holder of the frames panicked")
    }
}

/// Asks to be told of the frames below a session.
pub(super) async fn enable(session: &Session) -> Result<(), CdpError> {
    let attach = SetAutoAttach {
        auto_attach: true,
        wait_for_debugger_on_start: false,
        flatten: true,
    };
    session.call(&attach).await.map(|_| ())
}

/// Follows the frames below a session until it ends.
pub(super) fn follow(
    session: Session,
    mut events: broadcast::Receiver<Arc<Event>>,
    children: Children,
    traffic: Traffic,
) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return,
            };
            if let Some(attached) = event.read::<AttachedToTarget>("Target.attachedToTarget")
                && attached.target_info.kind == "iframe"
            {
                let Ok(child) = session.adopt(&attached.session_id) else {
                    return;
                };
                let Ok(events) = child.events() else { continue };
                let frame = attached.target_info.target_id;
                children.state().insert(frame, child.clone());
                let (children, traffic) = (children.clone(), traffic.clone());
                // The words to the frame and its own frames must not hold up the other frames.
                tokio::spawn(async move {
                    let prepared = async {
                        child.call(&PageEnable {}).await?;
                        child.call(&InspectorEnable {}).await?;
                        enable(&child).await
                    };
                    if prepared.await.is_ok() {
                        traffic.follow_if_on(&child).await;
                        follow(child, events, children, traffic).await;
                    }
                });
            }
            if let Some(gone) = event.read::<DetachedFromTarget>("Target.detachedFromTarget") {
                let mut state = children.state();
                state.retain(|_, child| !child.is(&gone.session_id));
            }
        }
    })
}
