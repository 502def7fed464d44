//! A bare CDP client on a gateway.

use futures_util::{SinkExt as _, StreamExt as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use super::soon;

/// A connection that answers are read from one by one.
pub(crate) struct Wire {
    socket: WebSocketStream<TcpStream>,
    last_id: i64,
}

impl Wire {
    pub(crate) async fn connect(url: &SecretString) -> Self {
        let url = url.expose_secret();
        let address = url
            .strip_prefix("ws://")
            .unwrap()
            .split('/')
            .next()
            .unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let (socket, _) = client_async(url, stream).await.unwrap();
        Self { socket, last_id: 0 }
    }

    /// Sends a command and gives the whole reply; events before it are left out.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        params: Value,
        session: Option<&str>,
    ) -> Value {
        let id = self.send(method, params, session).await;
        self.answer(id).await
    }

    /// Sends a command, whose reply may never come, and gives its id.
    pub(crate) async fn send(&mut self, method: &str, params: Value, session: Option<&str>) -> i64 {
        self.last_id += 1;
        let mut message = json!({ "id": self.last_id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        self.socket
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
        self.last_id
    }

    /// The reply to the command with this id; what comes before it is left out.
    pub(crate) async fn answer(&mut self, id: i64) -> Value {
        soon("an answer", async {
            loop {
                let Some(message) = self.next().await else {
                    panic!("closed before the answer to command {id}")
                };
                if message["id"] == id {
                    return message;
                }
            }
        })
        .await
    }

    /// The next message, or `None` when the connection has ended.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            match soon("a message", self.socket.next()).await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Opens a page, waits until it has loaded, and gives its target and a session with it.
    pub(crate) async fn page(&mut self, url: &str) -> (String, String) {
        let created = self
            .ask("Target.createTarget", json!({ "url": url }), None)
            .await;
        let target = created["result"]["targetId"].as_str().unwrap().to_owned();
        let attach = json!({ "targetId": target, "flatten": true });
        let attached = self.ask("Target.attachToTarget", attach, None).await;
        let session = attached["result"]["sessionId"].as_str().unwrap().to_owned();
        let loaded =
            format!("location.href.startsWith('{url}') && document.readyState == 'complete'");
        let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
        soon("the page", async {
            while self.evaluate(&session, &loaded).await != true {
                look.tick().await;
            }
        })
        .await;
        (target, session)
    }

    /// The ids of all pages.
    pub(crate) async fn pages(&mut self) -> Vec<String> {
        let targets = self.ask("Target.getTargets", json!({}), None).await;
        let infos = targets["result"]["targetInfos"].as_array().unwrap();
        let pages = infos.iter().filter(|info| info["type"] == "page");
        pages
            .map(|info| info["targetId"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Evaluates an expression in a session, as if a person had just clicked.
    pub(crate) async fn evaluate(&mut self, session: &str, expression: &str) -> Value {
        let ask = json!({ "expression": expression, "returnByValue": true, "userGesture": true });
        let reply = self.ask("Runtime.evaluate", ask, Some(session)).await;
        reply["result"]["result"]["value"].clone()
    }
}
