//! One connection: text from the client to the browser and back.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::{net::TcpStream, sync::watch, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message, Utf8Bytes,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::{
    listener::Door,
    policy::{Verdict, judge},
};
use crate::cdp::{Client, Delivery, FromClient, LeaveReason, empty_reply, refused_reply};

type Socket = WebSocketStream<TcpStream>;
type Ended = Result<LeaveReason, tokio_tungstenite::tungstenite::Error>;
type Handled = Result<Option<LeaveReason>, tokio_tungstenite::tungstenite::Error>;

/// A client that does not read does not read its goodbye either.
const GOODBYE_LIMIT: Duration = Duration::from_secs(1);
/// A client waits for the answer to a click before it sends the next; one that does not is refused.
const MOST_HELD: usize = 1_000;

/// Relays until one side or the gateway ends, then closes what the client has made.
pub(super) async fn relay(
    socket: Socket,
    client: Client,
    door: &Door,
    stop: &mut watch::Receiver<bool>,
) {
    let let_go = client.ended();
    let mut line = Line {
        socket,
        client,
        door,
        held: Vec::new(),
    };
    let ended = tokio::select! {
        ended = line.pass() => ended,
        reason = let_go => Ok(reason),
        _ = stop.wait_for(|stop| *stop) => Ok(LeaveReason::Left),
    };
    match ended {
        Ok(reason) => {
            let frame = CloseFrame {
                code: CloseCode::Normal,
                reason: words(reason).into(),
            };
            timeout(GOODBYE_LIMIT, line.socket.close(Some(frame)))
                .await
                .ok(); // the client may be gone
        }
        Err(error) => tracing::debug!(%error, "a gateway connection broke off"),
    }
    line.client.leave().await;
}

/// One client's line to the browser.
struct Line<'a> {
    socket: Socket,
    client: Client,
    door: &'a Door,
    /// What waits until the person is done, in its order.
    held: Vec<Utf8Bytes>,
}

impl Line<'_> {
    async fn pass(&mut self) -> Ended {
        let mut hold = self.door.hold.subscribe();
        loop {
            tokio::select! {
                delivery = self.client.next() => match delivery {
                    Delivery::Message(text) => self.socket.send(Message::text(text)).await?,
                    Delivery::End(reason) => return Ok(reason),
                },
                message = self.socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        if let Some(reason) = self.handle(text).await? {
                            return Ok(reason);
                        }
                    }
                    Some(Ok(Message::Close(_))) | None => return Ok(LeaveReason::Left),
                    // Pings are answered by the library; CDP has no binary messages.
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error),
                },
                () = let_go(&mut hold), if !self.held.is_empty() => {
                    for text in std::mem::take(&mut self.held) {
                        if let Some(reason) = self.handle(text).await? {
                            return Ok(reason);
                        }
                    }
                }
            }
        }
    }

    async fn handle(&mut self, text: Utf8Bytes) -> Handled {
        let Ok(message) = serde_json::from_str::<FromClient<'_>>(&text) else {
            // The text is not logged: it may hold a secret that a script types.
            tracing::debug!(bytes = text.len(), "ignored a message that is no CDP");
            return Ok(None);
        };
        let input = message.method.starts_with("Input.");
        let verdict = match judge(&message, &self.door.downloads, self.door.proxy) {
            // What comes while some is still held waits behind it.
            Verdict::Pass if input && (*self.door.hold.borrow() || !self.held.is_empty()) => {
                if self.held.len() < MOST_HELD {
                    self.held.push(text.clone());
                    return Ok(None);
                }
                Verdict::Deny("the run waits for a person, who has the page".to_owned())
            }
            verdict => verdict,
        };
        self.door
            .counter
            .count(&message.method, matches!(verdict, Verdict::Deny(_)));
        match verdict {
            Verdict::Pass => match self.client.send(&message).await {
                Ok(None) => {}
                Ok(Some(reply)) => self.socket.send(Message::text(reply)).await?,
                Err(_) => return Ok(Some(LeaveReason::BrowserGone)),
            },
            Verdict::Goodbye => {
                let reply = empty_reply(&message);
                self.socket.send(Message::text(reply)).await?;
                return Ok(Some(LeaveReason::Left));
            }
            Verdict::Deny(why) => {
                tracing::info!(method = %message.method, "denied a method to a gateway client");
                let reply = refused_reply(&message, &why);
                self.socket.send(Message::text(reply)).await?;
            }
        }
        Ok(None)
    }
}

/// Waits until nothing is held any more.
async fn let_go(hold: &mut watch::Receiver<bool>) {
    hold.wait_for(|hold| !hold).await.ok(); // without a gateway nobody holds anything
}

fn words(reason: LeaveReason) -> &'static str {
    match reason {
        LeaveReason::Left => "goodbye",
        LeaveReason::Stalled => "the client did not read",
        LeaveReason::BrowserGone => "the browser is gone",
    }
}
