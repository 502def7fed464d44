//! The mux against a scripted browser at the other end of a socket: slow, babbling, silent, gone.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "what a test's helpers cannot do is a failure of the test"
)]

use std::time::Duration;

use drover_browser::cdp::{
    CdpError, Client, Delivery, LeaveReason, Mux,
    protocol::{GetVersion, TargetCreated},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::timeout,
};

/// The browser's end.
struct Peer {
    input: BufReader<OwnedReadHalf>,
    output: OwnedWriteHalf,
}

fn pair() -> (Mux, Peer) {
    let (near, far) = UnixStream::pair().unwrap();
    let (read, write) = near.into_split();
    let (input, output) = far.into_split();
    (
        Mux::start(read, write),
        Peer {
            input: BufReader::new(input),
            output,
        },
    )
}

async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(30), future)
        .await
        .unwrap_or_else(|_| panic!("{what} did not happen"))
}

impl Peer {
    async fn read(&mut self) -> Value {
        let mut message = Vec::new();
        soon("a command", self.input.read_until(0, &mut message))
            .await
            .unwrap();
        assert_eq!(message.pop(), Some(0), "the pipe ended");
        serde_json::from_slice(&message).unwrap()
    }

    async fn say(&mut self, text: &str) {
        self.output.write_all(text.as_bytes()).await.unwrap();
        self.output.write_all(&[0]).await.unwrap();
    }

    async fn send(&mut self, message: Value) {
        self.say(&message.to_string()).await;
    }

    /// Reads a command that must have this name, and answers it.
    async fn answer(&mut self, method: &str, result: Value) -> Value {
        let command = self.read().await;
        assert_eq!(command["method"], method, "{command}");
        self.send(json!({ "id": command["id"], "result": result }))
            .await;
        command
    }
}

/// Joins a client whose private session has this name.
async fn join(mux: &Mux, peer: &mut Peer, session: &str) -> Client {
    let answer = peer.answer(
        "Target.attachToBrowserTarget",
        json!({ "sessionId": session }),
    );
    let (client, _) = tokio::join!(mux.join(), answer);
    client.unwrap()
}

async fn next(client: &mut Client) -> Value {
    match soon("a message", client.next()).await {
        Delivery::Message(text) => serde_json::from_str(&text).unwrap(),
        Delivery::End(reason) => panic!("ended: {reason:?}"),
    }
}

#[tokio::test]
async fn a_slow_answer_after_garbage_and_strangers_arrives() {
    let (mux, mut peer) = pair();
    let root = mux.root();
    let script = async {
        let command = peer.read().await;
        peer.say("this is no JSON").await;
        peer.say("[1,2]").await;
        peer.say("").await;
        peer.send(json!({ "id": 999_999, "result": {} })).await;
        peer.send(json!({ "method": "New.event", "params": { "x": 1 }, "sessionId": "unknown" }))
            .await;
        let reply = json!({ "id": command["id"], "result": { "product": "Fake/1", "new": [1] }, "extra": true }).to_string();
        let (first, second) = reply.split_at(10);
        peer.output.write_all(first.as_bytes()).await.unwrap();
        tokio::task::yield_now().await;
        peer.say(second).await;
    };
    let (version, ()) = tokio::join!(soon("the answer", root.call(&GetVersion {})), script);
    assert_eq!(version.unwrap().product, "Fake/1");
}

#[tokio::test]
async fn a_refusal_and_a_strange_shape_are_told_apart() {
    let (mux, mut peer) = pair();
    let root = mux.root();
    let script = async {
        let command = peer.read().await;
        peer.send(
            json!({ "id": command["id"], "error": { "code": -32601, "message": "not found" } }),
        )
        .await;
        peer.answer("Browser.getVersion", json!({ "product": 5 }))
            .await;
    };
    let calls = async {
        (
            root.call(&GetVersion {}).await,
            root.call(&GetVersion {}).await,
        )
    };
    let ((refused, strange), ()) = tokio::join!(soon("the answers", calls), script);
    assert!(
        matches!(&refused, Err(CdpError::Refused { code: -32601, message, .. }) if message == "not found"),
        "{refused:?}"
    );
    assert!(
        matches!(strange, Err(CdpError::Shape { .. })),
        "{strange:?}"
    );
}

#[tokio::test]
async fn the_end_of_the_pipe_ends_every_question_and_every_client() {
    let (mux, mut peer) = pair();
    let mut client = join(&mux, &mut peer, "S").await;
    let root = mux.root();
    let script = async {
        peer.read().await;
        drop(peer);
    };
    let (answer, ()) = tokio::join!(soon("the end", root.call(&GetVersion {})), script);
    assert!(matches!(answer, Err(CdpError::Gone)), "{answer:?}");
    assert_eq!(
        soon("the end", client.next()).await,
        Delivery::End(LeaveReason::BrowserGone)
    );
    soon("the end", mux.gone()).await;
    assert!(
        matches!(root.call(&GetVersion {}).await, Err(CdpError::Gone)),
        "a later question waits"
    );
}

#[tokio::test]
async fn a_session_that_ends_or_crashes_fails_what_it_was_asked() {
    let (mux, mut peer) = pair();
    let root = mux.root();
    for (event, crashed) in [
        (
            json!({ "method": "Target.detachedFromTarget", "params": { "sessionId": "P" } }),
            false,
        ),
        (
            json!({ "method": "Inspector.targetCrashed", "params": {}, "sessionId": "P" }),
            true,
        ),
    ] {
        let attach = peer.answer("Target.attachToTarget", json!({ "sessionId": "P" }));
        let (session, _) = tokio::join!(root.attach("T"), attach);
        let session = session.unwrap();
        let script = async {
            assert_eq!(peer.read().await["sessionId"], "P");
            peer.send(event).await;
        };
        let (answer, ()) = tokio::join!(soon("the failure", session.call(&GetVersion {})), script);
        let later = session.call(&GetVersion {}).await;
        for answer in [answer, later] {
            match answer {
                Err(CdpError::Crashed) => assert!(crashed),
                Err(CdpError::Detached) => assert!(!crashed),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn each_client_sees_its_own_ids_sessions_and_events() {
    let (mux, mut peer) = pair();
    let mut own_events = mux.root().events().unwrap();
    let one = join(&mux, &mut peer, "S1").await;
    let two = join(&mux, &mut peer, "S2").await;
    let mut one = Ends { client: one };
    let mut two = Ends { client: two };

    // The same id from both; each gets its own answer under its own id, without the private session.
    let first = one.send(7, "Browser.getVersion", None, &mut peer).await;
    let second = two.send(7, "Browser.getVersion", None, &mut peer).await;
    assert_eq!(
        (&first["sessionId"], &second["sessionId"]),
        (&json!("S1"), &json!("S2"))
    );
    assert_ne!(first["id"], second["id"]);
    peer.send(json!({ "id": second["id"], "result": { "for": 2 }, "sessionId": "S2" }))
        .await;
    peer.send(json!({ "id": first["id"], "result": { "for": 1 }, "sessionId": "S1" }))
        .await;
    assert_eq!(
        next(&mut one.client).await,
        json!({ "id": 7, "result": { "for": 1 } })
    );
    assert_eq!(
        next(&mut two.client).await,
        json!({ "id": 7, "result": { "for": 2 } })
    );

    // A child session is learnt from the event, and its own child as well.
    let attached = json!({ "sessionId": "C1", "targetInfo": { "targetId": "T" } });
    peer.send(
        json!({ "method": "Target.attachedToTarget", "params": attached, "sessionId": "S1" }),
    )
    .await;
    peer.send(json!({ "method": "Target.attachedToTarget", "params": { "sessionId": "C2" }, "sessionId": "C1" })).await;
    peer.send(json!({ "method": "Page.loaded", "sessionId": "C2" }))
        .await;
    assert_eq!(
        next(&mut one.client).await,
        json!({ "method": "Target.attachedToTarget", "params": attached })
    );
    assert_eq!(next(&mut one.client).await["sessionId"], "C1");
    assert_eq!(
        next(&mut one.client).await,
        json!({ "method": "Page.loaded", "sessionId": "C2" })
    );
    let command = one.send(8, "Page.enable", Some("C2"), &mut peer).await;
    assert_eq!(command["sessionId"], "C2");

    // Drover's own events stay its own.
    let created = json!({ "targetInfo": { "targetId": "T9", "type": "page", "url": "" } });
    peer.send(json!({ "method": "Target.targetCreated", "params": created }))
        .await;
    let event = soon("the event", own_events.recv()).await.unwrap();
    assert_eq!(
        event
            .read::<TargetCreated>("Target.targetCreated")
            .unwrap()
            .target_info
            .target_id,
        "T9"
    );
    assert!(
        event
            .read::<TargetCreated>("Target.targetDestroyed")
            .is_none()
    );
}

#[tokio::test]
async fn what_a_client_made_is_closed_when_it_goes_even_what_comes_late() {
    let (mux, mut peer) = pair();
    let mut one = Ends {
        client: join(&mux, &mut peer, "S1").await,
    };
    let command = one.send(1, "Target.createTarget", None, &mut peer).await;
    peer.send(json!({ "id": command["id"], "result": { "targetId": "T1" }, "sessionId": "S1" }))
        .await;
    next(&mut one.client).await;
    let popup = json!({ "targetInfo": { "targetId": "T2", "openerId": "T1", "type": "page" } });
    peer.send(json!({ "method": "Target.targetCreated", "params": popup }))
        .await;
    let command = one
        .send(2, "Target.createBrowserContext", None, &mut peer)
        .await;
    peer.send(
        json!({ "id": command["id"], "result": { "browserContextId": "X" }, "sessionId": "S1" }),
    )
    .await;
    next(&mut one.client).await;
    let late = one.send(3, "Target.createTarget", None, &mut peer).await;

    let script = async {
        assert_eq!(
            peer.answer("Target.detachFromTarget", json!({})).await["params"]["sessionId"],
            "S1"
        );
        assert_eq!(
            peer.answer("Target.disposeBrowserContext", json!({})).await["params"]["browserContextId"],
            "X"
        );
        let pages =
            json!([{ "targetId": "T0", "type": "page" }, { "targetId": "T1", "type": "page" }]);
        peer.answer("Target.getTargets", json!({ "targetInfos": pages }))
            .await;
        assert_eq!(
            peer.answer("Target.closeTarget", json!({})).await["params"]["targetId"],
            "T1"
        );
        assert_eq!(
            peer.answer("Target.closeTarget", json!({})).await["params"]["targetId"],
            "T2"
        );
        peer.send(json!({ "id": late["id"], "result": { "targetId": "T3" }, "sessionId": "S1" }))
            .await;
        peer.answer("Target.getTargets", json!({ "targetInfos": pages }))
            .await;
        assert_eq!(
            peer.answer("Target.closeTarget", json!({})).await["params"]["targetId"],
            "T3"
        );
    };
    tokio::join!(soon("leaving", one.client.leave()), script);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_let_go_and_the_others_go_on() {
    let (mux, mut peer) = pair();
    let mut idle = join(&mux, &mut peer, "S1").await;
    let root = mux.root();
    let big = "x".repeat(1024 * 1024);
    let script = async {
        for _ in 0..70 {
            peer.send(
                json!({ "method": "Page.flood", "params": { "big": big }, "sessionId": "S1" }),
            )
            .await;
        }
        // The idle client's session is cleaned up; the order against the question is open.
        for _ in 0..2 {
            let command = peer.read().await;
            peer.send(json!({ "id": command["id"], "result": {} }))
                .await;
        }
    };
    let (version, ()) = tokio::join!(soon("the answer", root.call(&GetVersion {})), script);
    version.unwrap();
    assert_eq!(soon("the end", idle.ended()).await, LeaveReason::Stalled);
    let mut messages = 0;
    let reason = loop {
        match soon("the rest", idle.next()).await {
            Delivery::Message(_) => messages += 1,
            Delivery::End(reason) => break reason,
        }
    };
    assert_eq!(reason, LeaveReason::Stalled);
    assert!(messages < 70, "nothing was held back");
}

/// A client through which commands are sent as text.
struct Ends {
    client: Client,
}

impl Ends {
    /// Sends a command and gives it as it arrives at the browser.
    async fn send(
        &mut self,
        id: i64,
        method: &str,
        session: Option<&str>,
        peer: &mut Peer,
    ) -> Value {
        let mut message = json!({ "id": id, "method": method });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        assert_eq!(
            self.client.send_text(&message.to_string()).await.unwrap(),
            None
        );
        peer.read().await
    }
}

#[tokio::test]
async fn a_browser_that_answers_anything_is_there_and_one_that_is_silent_is_not() {
    let (mux, mut peer) = pair();
    let (every, limit) = (Duration::from_millis(1), Duration::from_millis(200));
    let script = async {
        peer.answer("Browser.getVersion", json!({ "product": "Fake/1" }))
            .await;
        // Garbage, a refusal and a strange shape are answers, too.
        let asked = peer.read().await;
        peer.say("this is no JSON").await;
        peer.send(json!({ "id": asked["id"], "error": { "code": 1, "message": "no" } }))
            .await;
        peer.answer("Browser.getVersion", json!({ "product": 5 }))
            .await;
        let unanswered = peer.read().await;
        assert_eq!(unanswered["method"], "Browser.getVersion");
        peer
    };
    let (peer, ()) = tokio::join!(script, soon("the silence", mux.silent(every, limit)));
    // A slow answer does not hurt, and the end of the pipe is told elsewhere.
    drop(peer);
    soon("the end", mux.gone()).await;
    let silent = timeout(Duration::from_millis(50), mux.silent(every, limit)).await;
    assert!(
        silent.is_err(),
        "a pipe that ended is not a browser that hangs"
    );
}
