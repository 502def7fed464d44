//! Proxies and a provider that answer everything themselves, and what the tests save.

use std::net::{Ipv4Addr, SocketAddr};

use drover_model::{
    Caller, ProfileDraft,
    request::{PlanReport, PlanTask, SaveProfile, SaveProxy},
    token::SecretText,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpSocket},
};

use super::CANARY;
use crate::support::Life;

/// Answers every request with the same.
async fn answers(answer: String) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                // The requests have no body.
                let mut lines = BufReader::new(&mut client).lines();
                while let Ok(Some(line)) = lines.next_line().await
                    && !line.is_empty()
                {}
                client.write_all(answer.as_bytes()).await.ok();
            });
        }
    });
    address
}

fn page(kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// The link of a provider that answers every call with 200.
pub(super) async fn provider() -> String {
    let address = answers(page("text/plain", "ok")).await;
    format!("http://{address}/change?token={CANARY}-link")
}

/// A proxy for HTTP that answers every request itself, with its name on the page.
pub(super) async fn proxy_called(name: &str) -> String {
    let address = answers(page("text/html", &format!("<p>{name}</p>"))).await;
    format!("http://{address}")
}

/// A proxy that answers every request with an address, as an echo service would.
pub(super) async fn exit_proxy() -> String {
    let address = answers(page("text/plain", "192.0.2.5")).await;
    format!("http://{address}")
}

/// A proxy that takes no login.
pub(super) async fn strict_proxy() -> SocketAddr {
    let answer = "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"x\"\r\n\
        content-length: 0\r\nconnection: close\r\n\r\n";
    answers(answer.to_owned()).await
}

/// An address on which nobody listens, for as long as the second is held: it is taken, so that nobody else gets it.
pub(super) fn nobody() -> (String, TcpSocket) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    (format!("http://{}", socket.local_addr().unwrap()), socket)
}

/// What is saved of a proxy that has nothing but an address.
pub(super) fn proxy(name: &str, url: String) -> SaveProxy {
    SaveProxy {
        id: None,
        name: name.to_owned(),
        url: SecretText::new(url),
        clear_login: false,
        rules: None,
        change_link: None,
        change_pause: None,
        cut: false,
    }
}

pub(super) async fn add_proxy(life: &Life, name: &str, url: String) {
    let request = proxy(name, url);
    life.engine.save_proxy(Caller::Cli, request).await.unwrap();
}

pub(super) async fn add_profile(life: &Life, name: &str, proxy: Option<&str>) {
    let draft = ProfileDraft {
        name: name.to_owned(),
        browser: "auto".to_owned(),
        proxy: proxy.map(str::to_owned),
        ..ProfileDraft::default()
    };
    let request = SaveProfile { id: None, draft };
    life.engine
        .save_profile(Caller::Cli, request)
        .await
        .unwrap();
}

pub(super) async fn plan(life: &Life, task: &str) -> PlanReport {
    let request = PlanTask {
        task: Some(task.to_owned()),
        ..PlanTask::default()
    };
    life.engine.plan_task(Caller::Cli, request).await.unwrap()
}

/// Looks for a warning beside the plan.
pub(super) async fn is_warned(life: &Life, task: &str, words: &str) {
    let planned = plan(life, task).await;
    let mut warnings = planned.warnings.iter();
    assert!(warnings.any(|one| one.contains(words)), "{planned:?}");
}
