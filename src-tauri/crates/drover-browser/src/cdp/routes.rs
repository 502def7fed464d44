//! Who gets which message: the bookkeeping of the mux, without any waiting.

use std::{collections::HashMap, sync::Arc};

use serde_json::value::RawValue;
use tokio::sync::{broadcast, oneshot};

use super::{
    CdpError, Event, LeaveReason,
    entries::{
        ClientEntry, ClientId, Departed, Learn, Made, Outbound, OwnReply, Owner, Pending, Refused,
        own_result,
    },
    envelope::{FromChrome, FromClient, Routing, ToChrome, ToClient, refusal},
};

/// Events of Drover's own sessions that wait for a slow reader, which then loads the state anew.
const MAX_EVENTS: usize = 1024;

/// The routes of one pipe.
pub(super) struct Routes {
    last_id: u64,
    last_client: u64,
    pending: HashMap<u64, Pending>,
    root_events: broadcast::Sender<Arc<Event>>,
    sessions: HashMap<String, Owner>,
    clients: HashMap<ClientId, ClientEntry>,
    /// The targets that are there, in the order in which they opened: Chrome lists them in no order.
    opened: Vec<String>,
    gone: bool,
}

impl Routes {
    pub(super) fn new() -> Self {
        Self {
            last_id: 0,
            last_client: 0,
            pending: HashMap::new(),
            root_events: broadcast::Sender::new(MAX_EVENTS),
            sessions: HashMap::new(),
            clients: HashMap::new(),
            opened: Vec::new(),
            gone: false,
        }
    }

    /// Registers one of Drover's own commands; gives its id and where the reply will come.
    pub(super) fn ask(
        &mut self,
        method: &'static str,
        session: Option<&str>,
    ) -> Result<(u64, oneshot::Receiver<OwnReply>), CdpError> {
        self.check(session)?;
        let (reply, answer) = oneshot::channel();
        let id = self.next_id();
        self.pending.insert(
            id,
            Pending::Own {
                method,
                session: session.map(str::to_owned),
                reply,
            },
        );
        Ok((id, answer))
    }

    /// The events of one of Drover's own sessions.
    pub(super) fn events(
        &self,
        session: Option<&str>,
    ) -> Result<broadcast::Receiver<Arc<Event>>, CdpError> {
        if self.gone {
            return Err(CdpError::Gone);
        }
        match session.map(|session| self.sessions.get(session)) {
            None => Ok(self.root_events.subscribe()),
            Some(Some(Owner::Drover { events, .. })) => Ok(events.subscribe()),
            Some(_) => Err(CdpError::Detached),
        }
    }

    /// The targets that are there, the oldest first.
    pub(super) fn opened(&self) -> Vec<String> {
        self.opened.clone()
    }

    /// Takes a session as Drover's own.
    pub(super) fn own(&mut self, session: &str) -> Result<(), CdpError> {
        if self.gone {
            return Err(CdpError::Gone);
        }
        let owner = Owner::Drover {
            events: broadcast::Sender::new(MAX_EVENTS),
            crashed: false,
        };
        self.sessions.insert(session.to_owned(), owner);
        Ok(())
    }

    /// Admits a client with its private browser session.
    pub(super) fn join(&mut self, session: &str) -> Result<(ClientId, Outbound), CdpError> {
        if self.gone {
            return Err(CdpError::Gone);
        }
        self.last_client += 1;
        let id = ClientId(self.last_client);
        let (entry, outbound) = ClientEntry::new(session);
        self.sessions.insert(session.to_owned(), Owner::Client(id));
        self.clients.insert(id, entry);
        Ok((id, outbound))
    }

    /// Lets a client go; a second time gives nothing.
    pub(super) fn leave(&mut self, id: ClientId, why: LeaveReason) -> Option<Departed> {
        let entry = self.clients.remove(&id)?;
        entry.ended.send_replace(Some(why));
        self.sessions
            .retain(|_, owner| !matches!(owner, Owner::Client(owner) if *owner == id));
        Some(Departed {
            session: Some(entry.session),
            made: entry.made,
        })
    }

    /// Turns a client's message into one for the pipe.
    pub(super) fn forward(
        &mut self,
        client: ClientId,
        message: &FromClient<'_>,
    ) -> Result<Vec<u8>, Refused> {
        let entry = self.clients.get(&client).ok_or(Refused::Left)?;
        let private = entry.session.clone();
        let named = message.session.as_deref();
        let mine = |session: &str| matches!(self.sessions.get(session), Some(Owner::Client(owner)) if *owner == client);
        if let Some(session) = named.filter(|session| !mine(session)) {
            let error = refusal(-32001, "Session with given id not found.");
            let reply = ToClient {
                id: Some(message.id),
                error: Some(&error),
                session: Some(session),
                ..ToClient::default()
            };
            return Err(Refused::Session(reply.text()));
        }
        let id = self.next_id();
        let learn = Learn::from(&message.method);
        let session = named.map(str::to_owned);
        self.pending.insert(
            id,
            Pending::Client {
                client,
                id: message.id,
                session,
                learn,
            },
        );
        let params = message.params;
        Ok(bytes(&ToChrome {
            id,
            method: &message.method,
            params,
            session: Some(named.unwrap_or(&private)),
        }))
    }

    /// Routes one message from Chrome. What is given back was made for a client that is gone, and must be closed.
    pub(super) fn incoming(&mut self, message: &FromChrome<'_>) -> Vec<Departed> {
        match message.id {
            Some(id) => self.reply(id, message),
            None => self.event(message),
        }
    }

    /// Ends everything: the pipe is closed.
    pub(super) fn end(&mut self) {
        self.gone = true;
        self.pending.clear(); // a dropped sender tells the asker
        self.sessions.clear();
        self.root_events = broadcast::Sender::new(1);
        for (_, entry) in self.clients.drain() {
            entry.ended.send_replace(Some(LeaveReason::BrowserGone));
        }
    }

    fn check(&self, session: Option<&str>) -> Result<(), CdpError> {
        if self.gone {
            return Err(CdpError::Gone);
        }
        match session.map(|session| self.sessions.get(session)) {
            Some(Some(Owner::Drover { crashed: true, .. })) => Err(CdpError::Crashed),
            None | Some(Some(Owner::Drover { .. })) => Ok(()),
            Some(_) => Err(CdpError::Detached),
        }
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn reply(&mut self, id: u64, message: &FromChrome<'_>) -> Vec<Departed> {
        match self.pending.remove(&id) {
            None => Vec::new(), // an answer to nobody is as harmless as an unknown event
            Some(Pending::Own { method, reply, .. }) => {
                reply.send(own_result(method, message)).ok(); // the asker may have given up
                Vec::new()
            }
            Some(Pending::Client {
                client,
                id,
                session,
                learn,
            }) => {
                let late = self.learn(client, learn, message.result);
                let reply = ToClient {
                    id: Some(id),
                    result: message.result,
                    error: message.error,
                    session: session.as_deref(),
                    ..ToClient::default()
                };
                late.into_iter()
                    .chain(self.deliver(client, reply.text()))
                    .collect()
            }
        }
    }

    fn learn(
        &mut self,
        client: ClientId,
        learn: Learn,
        result: Option<&RawValue>,
    ) -> Option<Departed> {
        if learn == Learn::Nothing {
            return None;
        }
        let routing = Routing::of(result);
        let mut late = Made::default();
        let entry = self.clients.get_mut(&client);
        let known = entry.is_some();
        let made = entry.map_or(&mut late, |entry| &mut entry.made);
        match learn {
            Learn::Target => made.targets.extend(routing.target_id),
            Learn::Context => made.contexts.extend(routing.browser_context_id),
            Learn::Session if known => {
                self.sessions.extend(
                    routing
                        .session_id
                        .map(|session| (session, Owner::Client(client))),
                );
            }
            Learn::Session | Learn::Nothing => {}
        }
        (late != Made::default()).then_some(Departed {
            session: None,
            made: late,
        })
    }

    fn event(&mut self, message: &FromChrome<'_>) -> Vec<Departed> {
        let Some(method) = message.method.as_deref() else {
            return Vec::new();
        };
        let session = message.session.as_deref();
        let owner = session.map(|session| self.sessions.get(session));
        let client = match owner {
            Some(Some(Owner::Client(client))) => Some(*client),
            Some(None) => return Vec::new(), // a session that ended while this was on its way
            _ => None,
        };
        match method {
            "Target.attachedToTarget" => {
                let child = Routing::of(message.params).session_id.zip(client);
                self.sessions
                    .extend(child.map(|(child, client)| (child, Owner::Client(client))));
            }
            "Target.targetCreated" if session.is_none() => self.adopt(message.params),
            "Target.targetDestroyed" if session.is_none() => self.forget(message.params),
            "Inspector.targetCrashed" if client.is_none() => self.crashed(session),
            _ => {}
        }
        let departed = if let Some(client) = client {
            let entry = self.clients.get(&client);
            let private = entry.map(|entry| entry.session.as_str());
            let event = ToClient {
                method: Some(method),
                params: message.params,
                session: session.filter(|session| private != Some(session)),
                ..ToClient::default()
            };
            let text = event.text();
            self.deliver(client, text)
        } else {
            self.tell(session, method, message.params);
            None
        };
        if method == "Target.detachedFromTarget" {
            self.detached(Routing::of(message.params).session_id);
        }
        departed.into_iter().collect()
    }

    /// A page that a client's page opened belongs to the client as well.
    fn adopt(&mut self, params: Option<&RawValue>) {
        let Some(info) = Routing::of(params).target_info else {
            return;
        };
        self.opened.push(info.target_id.clone());
        let Some(opener) = info.opener_id else { return };
        if let Some(entry) = self
            .clients
            .values_mut()
            .find(|entry| entry.made.targets.contains(&opener))
        {
            entry.made.targets.insert(info.target_id);
        }
    }

    fn forget(&mut self, params: Option<&RawValue>) {
        let Some(target) = Routing::of(params).target_id else {
            return;
        };
        self.opened.retain(|opened| *opened != target);
        for entry in self.clients.values_mut() {
            entry.made.targets.remove(&target);
        }
    }

    fn tell(&self, session: Option<&str>, method: &str, params: Option<&RawValue>) {
        let events = match session.map(|session| self.sessions.get(session)) {
            None => &self.root_events,
            Some(Some(Owner::Drover { events, .. })) => events,
            Some(_) => return,
        };
        if events.receiver_count() > 0 {
            events.send(Arc::new(Event::new(method, params))).ok(); // the last listener may just have left
        }
    }

    fn crashed(&mut self, session: Option<&str>) {
        if let Some(Owner::Drover { crashed, .. }) =
            session.and_then(|session| self.sessions.get_mut(session))
        {
            *crashed = true;
            self.fail(session, || CdpError::Crashed);
        }
    }

    fn detached(&mut self, session: Option<String>) {
        let Some(session) = session else { return };
        let owner = self.sessions.remove(&session);
        if matches!(owner, Some(Owner::Drover { .. })) {
            self.fail(Some(&session), || CdpError::Detached);
        }
    }

    /// Chrome does not always answer what was under way when a session ended.
    fn fail(&mut self, ended: Option<&str>, error: impl Fn() -> CdpError) {
        let ids: Vec<u64> = self
            .pending
            .iter()
            .filter(|(_, pending)| matches!(pending, Pending::Own { session, .. } if session.as_deref() == ended))
            .map(|(id, _)| *id)
            .collect();
        for id in ids {
            if let Some(Pending::Own { reply, .. }) = self.pending.remove(&id) {
                reply.send(Err(error())).ok(); // the asker may have given up
            }
        }
    }

    /// Queues a message for a client, or lets the client go when it does not read.
    fn deliver(&mut self, client: ClientId, text: String) -> Option<Departed> {
        if self.clients.get(&client)?.queue(text) {
            return None;
        }
        tracing::warn!("let a gateway client go that did not read");
        self.leave(client, LeaveReason::Stalled)
    }
}

fn bytes<P: serde::Serialize + ?Sized>(message: &ToChrome<'_, P>) -> Vec<u8> {
    serde_json::to_vec(message).expect("BUG: typed commands and raw JSON always serialise")
}
