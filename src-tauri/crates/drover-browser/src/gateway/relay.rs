//! One connection: text from the client to the browser and back.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::{net::TcpStream, sync::watch, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
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

/// A client that does not read does not read its goodbye either.
const GOODBYE_LIMIT: Duration = Duration::from_secs(1);

/// Relays until one side or the gateway ends, then closes what the client has made.
pub(super) async fn relay(
    mut socket: Socket,
    mut client: Client,
    door: &Door,
    stop: &mut watch::Receiver<bool>,
) {
    let let_go = client.ended();
    let ended = tokio::select! {
        ended = pass(&mut socket, &mut client, door) => ended,
        reason = let_go => Ok(reason),
        _ = stop.wait_for(|stop| *stop) => Ok(LeaveReason::Left),
    };
    match ended {
        Ok(reason) => {
            let frame = CloseFrame {
                code: CloseCode::Normal,
                reason: words(reason).into(),
            };
            timeout(GOODBYE_LIMIT, socket.close(Some(frame))).await.ok(); // the client may be gone
        }
        Err(error) => tracing::debug!(%error, "a gateway connection broke off"),
    }
    client.leave().await;
}

async fn pass(socket: &mut Socket, client: &mut Client, door: &Door) -> Ended {
    loop {
        tokio::select! {
            delivery = client.next() => match delivery {
                Delivery::Message(text) => socket.send(Message::text(text)).await?,
                Delivery::End(reason) => return Ok(reason),
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    if let Some(reason) = handle(socket, client, door, &text).await? {
                        return Ok(reason);
                    }
                }
                Some(Ok(Message::Close(_))) | None => return Ok(LeaveReason::Left),
                // Pings are answered by the library; CDP has no binary messages.
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
            },
        }
    }
}

async fn handle(
    socket: &mut Socket,
    client: &Client,
    door: &Door,
    text: &str,
) -> Result<Option<LeaveReason>, tokio_tungstenite::tungstenite::Error> {
    let Ok(message) = serde_json::from_str::<FromClient<'_>>(text) else {
        // The text is not logged: it may hold a secret that a script types.
        tracing::debug!(bytes = text.len(), "ignored a message that is no CDP");
        return Ok(None);
    };
    let verdict = judge(&message, &door.downloads);
    door.counter
        .count(&message.method, matches!(verdict, Verdict::Deny(_)));
    match verdict {
        Verdict::Pass => match client.send(&message).await {
            Ok(None) => {}
            Ok(Some(reply)) => socket.send(Message::text(reply)).await?,
            Err(_) => return Ok(Some(LeaveReason::BrowserGone)),
        },
        Verdict::Goodbye => {
            socket.send(Message::text(empty_reply(&message))).await?;
            return Ok(Some(LeaveReason::Left));
        }
        Verdict::Deny(why) => {
            tracing::info!(method = %message.method, "denied a method to a gateway client");
            socket
                .send(Message::text(refused_reply(&message, &why)))
                .await?;
        }
    }
    Ok(None)
}

fn words(reason: LeaveReason) -> &'static str {
    match reason {
        LeaveReason::Left => "goodbye",
        LeaveReason::Stalled => "the client did not read",
        LeaveReason::BrowserGone => "the browser is gone",
    }
}
