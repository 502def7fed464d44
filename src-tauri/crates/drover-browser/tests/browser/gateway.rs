//! The gateway: who passes, who sees what, and what is left when a client goes.

use drover_browser::{GatewayOptions, Rung};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{PATIENCE, Profile, Site, Wire, soon};

/// Sends a raw request and gives the first line of the answer.
async fn answer(url: &SecretString, path: Option<&str>, headers: &str) -> String {
    let (address, own_path) = url
        .expose_secret()
        .strip_prefix("ws://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let path = path.map_or(format!("/{own_path}"), str::to_owned);
    let headers = headers.replace("{address}", address);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\n{headers}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut line = vec![0; 64];
    let count = soon("an answer", stream.read(&mut line)).await.unwrap();
    String::from_utf8_lossy(&line[..count])
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn only_the_runs_own_client_passes_and_only_while_the_run_lives() {
    let profile = Profile::new();
    let browser = profile.launch().await;
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let url = gateway.url();
    let host = "Host: {address}\r\n";
    assert_eq!(
        answer(&url, None, host).await,
        "HTTP/1.1 101 Switching Protocols"
    );
    let wrong = format!("/cdp/{}", "0".repeat(64));
    assert_eq!(
        answer(&url, Some(&wrong), host).await,
        "HTTP/1.1 404 Not Found"
    );
    assert_eq!(
        answer(&url, Some("/json/version"), host).await,
        "HTTP/1.1 404 Not Found"
    );
    let origin = format!("{host}Origin: https://evil.test\r\n");
    assert_eq!(answer(&url, None, &origin).await, "HTTP/1.1 403 Forbidden");
    assert_eq!(
        answer(&url, None, "Host: evil.test\r\n").await,
        "HTTP/1.1 403 Forbidden"
    );
    assert!(
        !format!("{gateway:?}").contains(url.expose_secret().rsplit('/').next().unwrap()),
        "the token is printed"
    );

    let mut wire = Wire::connect(&url).await;
    let address = gateway.address();
    soon("closing", gateway.close()).await;
    assert_eq!(wire.next().await, None, "the connection outlived its run");
    assert!(
        TcpStream::connect(address).await.is_err(),
        "the port is still open"
    );
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn two_clients_and_drover_work_at_once_and_one_may_leave() {
    let site = Site::start(&[
        ("/one", "<title>One</title>"),
        ("/two", "<title>Two</title>"),
    ])
    .await;
    let profile = Profile::new();
    let browser = profile.launch().await;
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let mut one = Wire::connect(&gateway.url()).await;
    let mut two = Wire::connect(&gateway.url()).await;
    let page = browser.new_page().await.unwrap();
    let (target_one, session_one) = one.page(&site.url("/one")).await;
    let (target_two, session_two) = two.page(&site.url("/two")).await;
    let popup = format!("open('{}'); 1", site.url("/one"));
    assert_eq!(one.evaluate(&session_one, &popup).await, 1);
    page.navigate(&site.url("/two"), PATIENCE).await.unwrap();
    for _ in 0..100 {
        let (left, right) = tokio::join!(
            one.evaluate(&session_one, "6 * 7"),
            two.evaluate(&session_two, "'b'")
        );
        assert_eq!((left, right), (json!(42), json!("b")));
    }
    let stolen = two
        .ask(
            "Runtime.evaluate",
            json!({ "expression": "1" }),
            Some(&session_one),
        )
        .await;
    assert!(
        stolen["error"]["message"].is_string(),
        "a client used another's session: {stolen}"
    );

    let before = two.pages().await;
    assert!(
        before.contains(&target_one) && before.len() >= 5,
        "{before:?}"
    );
    drop(one);
    let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
    soon(
        "the pages of the first client closing, the popup too",
        async {
            while two.pages().await.len() != before.len() - 2 {
                look.tick().await;
            }
        },
    )
    .await;
    assert!(two.pages().await.contains(&target_two));
    assert_eq!(two.evaluate(&session_two, "document.title").await, "Two");
    assert_eq!(page.title().await.unwrap(), "Two");

    let counts = soon("closing", gateway.close()).await;
    assert!(counts.calls["Runtime.evaluate"] >= 200, "{counts:?}");
    assert_eq!(
        soon("closing", browser.close()).await.unwrap(),
        Rung::Closed
    );
}

#[tokio::test]
async fn while_a_person_has_the_page_nobody_else_types() {
    let site = Site::start(&[("/form", "<title>Form</title><input autofocus>")]).await;
    let profile = Profile::new();
    let browser = profile.launch().await;
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let mut client = Wire::connect(&gateway.url()).await;
    let (_, session) = client.page(&site.url("/form")).await;
    let typed = "document.querySelector('input').value";
    client
        .evaluate(&session, "document.querySelector('input').focus(); 1")
        .await;

    gateway.hold_input(true);
    let mut held = Vec::new();
    for letter in ["a", "b", "c"] {
        let params = json!({ "text": letter });
        held.push(
            client
                .send("Input.insertText", params, Some(&session))
                .await,
        );
    }
    // What is sent later and answered proves that the letters are held and not merely slow.
    assert_eq!(client.evaluate(&session, typed).await, "");
    gateway.hold_input(false);
    for id in held {
        client.answer(id).await;
    }
    assert_eq!(
        client.evaluate(&session, typed).await,
        "abc",
        "in their order"
    );
    soon("closing", gateway.close()).await;
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn the_browser_is_not_the_clients_to_close_or_change() {
    let profile = Profile::new();
    let browser = profile.launch().await;
    let options = GatewayOptions {
        downloads: vec![profile.home.path().to_owned()],
    };
    let gateway = browser.gateway(options).await.unwrap();
    let mut wire = Wire::connect(&gateway.url()).await;
    for method in [
        "Browser.crash",
        "Browser.crashGpuProcess",
        "Target.exposeDevToolsProtocol",
        "Extensions.loadUnpacked",
    ] {
        let reply = wire.ask(method, json!({}), None).await;
        assert!(
            reply["error"]["message"].as_str().unwrap().contains(method),
            "{reply}"
        );
    }
    let download = |path: &str| json!({ "behavior": "allow", "downloadPath": path });
    let inside = profile.home.path().join("downloads");
    let reply = wire
        .ask(
            "Browser.setDownloadBehavior",
            download(inside.to_str().unwrap()),
            None,
        )
        .await;
    assert!(reply["result"].is_object(), "{reply}");
    let reply = wire
        .ask("Browser.setDownloadBehavior", download("/"), None)
        .await;
    assert!(reply["error"].is_object(), "{reply}");
    let reply = wire.ask("Browser.close", json!({}), None).await;
    assert_eq!(reply["result"], json!({}));
    assert_eq!(wire.next().await, None, "the client was not let go");

    let mut again = Wire::connect(&gateway.url()).await;
    assert!(!again.pages().await.is_empty(), "the browser is gone");
    let counts = soon("closing", gateway.close()).await;
    assert_eq!(counts.denied.len(), 5, "{counts:?}");
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn a_client_that_closed_every_other_page_leaves_one_behind() {
    let profile = Profile::new();
    let browser = profile.launch().await;
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let mut wire = Wire::connect(&gateway.url()).await;
    let (mine, _) = wire.page("about:blank").await;
    for page in wire.pages().await {
        if page != mine {
            wire.ask("Target.closeTarget", json!({ "targetId": page }), None)
                .await;
        }
    }
    soon("closing", gateway.close()).await;
    let page = browser.new_page().await.unwrap();
    assert_eq!(
        page.url().await.unwrap(),
        "about:blank",
        "the browser went with its last page"
    );
    assert_eq!(
        soon("closing", browser.close()).await.unwrap(),
        Rung::Closed
    );
}

#[tokio::test]
async fn the_end_of_the_browser_ends_its_clients() {
    let profile = Profile::new();
    let browser = profile.launch().await;
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let mut wire = Wire::connect(&gateway.url()).await;
    soon("killing", browser.kill()).await.unwrap();
    assert_eq!(wire.next().await, None);
    soon("closing", gateway.close()).await;
}
