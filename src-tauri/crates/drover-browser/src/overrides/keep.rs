//! Holds every new target until its overrides are in force.

use std::sync::Arc;

use drover_model::overrides::Overrides;
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        watch,
    },
    task::JoinSet,
};

use super::apply::{Reach, apply};
use crate::cdp::{
    CdpError, Event, Session,
    protocol::{AttachedToTarget, GrantPermissions, RunIfWaitingForDebugger, SetAutoAttach},
};

const EVENT: &str = "Target.attachedToTarget";

const HOLD: SetAutoAttach = SetAutoAttach {
    auto_attach: true,
    wait_for_debugger_on_start: true,
    flatten: true,
};

/// What stays the same for every target of a browser.
#[derive(Clone)]
struct Keeper {
    overrides: Arc<Overrides>,
    /// Chrome's own user agent, for those who change the language alone.
    agent: Arc<str>,
}

/// Puts the overrides in force for everything that opens from now on until the browser ends, and for what is open, which
/// takes until the answer becomes true: nothing may be navigated there before.
pub(crate) async fn keep(
    root: &Session,
    overrides: Overrides,
    agent: &str,
) -> Result<watch::Receiver<bool>, CdpError> {
    if overrides.geolocation.is_some() {
        let permissions = &["geolocation"];
        root.call(&GrantPermissions { permissions }).await?;
    }
    let keeper = Keeper {
        overrides: Arc::new(overrides),
        agent: agent.into(),
    };
    // A session of its own: the root one is for asking.
    let session = root.browser().await?;
    let mut events = session.events()?;
    session.call(&HOLD).await?;
    // What is open was told before the reply.
    let mut open = JoinSet::new();
    while let Ok(event) = events.try_recv() {
        if let Some(attached) = event.read::<AttachedToTarget>(EVENT) {
            open.spawn(keeper.clone().settle(session.clone(), attached));
        }
    }
    tokio::spawn(keeper.watch(session, events));
    let (settled, is_settled) = watch::channel(open.is_empty());
    tokio::spawn(async move {
        open.join_all().await;
        settled.send_replace(true);
    });
    Ok(is_settled)
}

impl Keeper {
    /// Settles every target that opens below `parent`, each on its own, until `parent` ends.
    async fn watch(self, parent: Session, mut events: Receiver<Arc<Event>>) {
        loop {
            match events.recv().await {
                Ok(event) => {
                    if let Some(attached) = event.read::<AttachedToTarget>(EVENT) {
                        tokio::spawn(self.clone().settle(parent.clone(), attached));
                    }
                }
                Err(RecvError::Closed) => return,
                Err(RecvError::Lagged(missed)) => {
                    // Nobody may wait for ever: off lets all go, and on attaches to all again.
                    tracing::warn!(missed, "targets opened faster than overrides were set");
                    let off = SetAutoAttach {
                        auto_attach: false,
                        ..HOLD
                    };
                    if parent.call(&off).await.is_err() || parent.call(&HOLD).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn settle(
        self,
        parent: Session,
        attached: AttachedToTarget,
    ) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            let kind = attached.target_info.kind;
            if let Err(error) = self.set(&parent, &attached.session_id, &kind).await {
                // It goes on without: a page that hangs would be worse, and the log says so.
                tracing::warn!(kind, %error, "overrides could not be set");
            }
        })
    }

    async fn set(&self, parent: &Session, id: &str, kind: &str) -> Result<(), CdpError> {
        let session = parent.adopt(id)?;
        let reach = Reach::of(kind);
        let set = apply(&session, &self.overrides, &self.agent, reach).await;
        if reach != Reach::Nothing && reach != Reach::Worker {
            let events = session.events()?;
            if session.call(&HOLD).await.is_ok() {
                tokio::spawn(self.clone().watch(session.clone(), events));
            }
        }
        session.call(&RunIfWaitingForDebugger {}).await?;
        set
    }
}
