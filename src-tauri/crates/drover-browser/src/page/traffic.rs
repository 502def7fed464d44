//! Requests of a page that are under way.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        watch,
    },
    time::{Instant, sleep_until},
};

use crate::cdp::{
    Event, Session,
    protocol::{LoadingEnded, NetworkEnable, RequestWillBeSent},
};

/// So long nothing may be under way before the network counts as idle, as with Playwright's `networkidle`.
pub(crate) const QUIET: Duration = Duration::from_millis(500);
/// Connections that stay open by intent.
const ENDLESS: [&str; 2] = ["EventSource", "WebSocket"];

/// What is under way by request number, and since when that is so.
#[derive(Debug)]
struct UnderWay {
    requests: HashMap<String, String>,
    since: Instant,
}

/// The requests of a page and its frames. Clones are the same.
#[derive(Clone)]
pub(crate) struct Traffic {
    on: Arc<AtomicBool>,
    under_way: Arc<watch::Sender<UnderWay>>,
}

impl Default for Traffic {
    fn default() -> Self {
        let none = UnderWay {
            requests: HashMap::new(),
            since: Instant::now(),
        };
        Self {
            on: Arc::default(),
            under_way: Arc::new(watch::Sender::new(none)),
        }
    }
}

impl Traffic {
    /// Begins to follow the requests of these sessions and of frames that come later. A second time changes nothing.
    pub(crate) async fn turn_on(&self, sessions: Vec<Session>) {
        if self.on.swap(true, Ordering::AcqRel) {
            return;
        }
        for session in sessions {
            self.follow_if_on(&session).await;
        }
    }

    /// Follows the requests of a session, if requests are followed.
    pub(super) async fn follow_if_on(&self, session: &Session) {
        if !self.on.load(Ordering::Acquire) {
            return;
        }
        let Ok(events) = session.events() else { return };
        tokio::spawn(follow(self.clone(), events));
        session.call(&NetworkEnable {}).await.ok(); // a page that is gone has no requests
    }

    /// Waits until nothing has been under way for [`QUIET`].
    pub(crate) async fn idle(&self) {
        let mut state = self.under_way.subscribe();
        loop {
            let until = {
                let now = state.borrow_and_update();
                now.requests.is_empty().then(|| now.since + QUIET)
            };
            match until {
                None => {
                    state.changed().await.ok(); // the sender lives as long as `self`
                }
                Some(until) => tokio::select! {
                    () = sleep_until(until) => return,
                    _ = state.changed() => {}
                },
            }
        }
    }

    /// The addresses that are asked for now, without their queries.
    pub(crate) fn under_way(&self) -> Vec<String> {
        let state = self.under_way.borrow();
        let mut addresses: Vec<String> = state
            .requests
            .values()
            .map(|url| url.split(['?', '#']).next().unwrap_or_default().to_owned())
            .collect();
        addresses.sort();
        addresses
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<String, String>)) {
        self.under_way.send_modify(|state| {
            change(&mut state.requests);
            state.since = Instant::now();
        });
    }
}

async fn follow(traffic: Traffic, mut events: broadcast::Receiver<Arc<Event>>) {
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            // What ended meanwhile is not known; a request that is still open ends nothing that is waited for.
            Err(RecvError::Lagged(_)) => {
                traffic.change(HashMap::clear);
                continue;
            }
            Err(RecvError::Closed) => return,
        };
        match event.method.as_str() {
            "Network.requestWillBeSent" => {
                let sent = event.read::<RequestWillBeSent>(&event.method);
                if let Some(sent) = sent.filter(|sent| !ENDLESS.contains(&sent.kind.as_str())) {
                    traffic.change(|requests| {
                        requests.insert(sent.request_id, sent.request.url);
                    });
                }
            }
            "Network.loadingFinished" | "Network.loadingFailed" => {
                if let Some(ended) = event.read::<LoadingEnded>(&event.method) {
                    traffic.change(|requests| {
                        requests.remove(&ended.request_id);
                    });
                }
            }
            _ => {}
        }
    }
}
