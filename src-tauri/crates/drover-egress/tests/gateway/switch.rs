//! Another proxy while Chrome runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use drover_egress::{FailureKind, Gateway, Old, Route, UpstreamKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::client::{connect, end, get, get_through};
use crate::support::origin::{GREETING, Origin, head};
use crate::support::proxies::{PASSWORD, Proxy, scripted, upstream, with_password};
use crate::support::script::{HELLO, Manner, proxy};

async fn working() -> Route {
    let address = proxy(UpstreamKind::Http, false, Manner::Works).await;
    upstream(UpstreamKind::Http, address.port()).into()
}

/// A proxy that lets every tunnel stand, and echoes inside.
async fn echoing() -> Route {
    let address = scripted(|mut stream| async move {
        head(&mut stream).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let (mut read, mut write) = stream.split();
        tokio::io::copy(&mut read, &mut write).await.ok();
    })
    .await;
    upstream(UpstreamKind::Http, address.port()).into()
}

async fn ping(tunnel: &mut TcpStream) {
    tunnel.write_all(b"ping").await.unwrap();
    let mut answer = [0; 4];
    tunnel.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"ping");
}

#[tokio::test]
async fn old_tunnels_drain_or_are_cut_and_new_ones_take_the_new_way() {
    let gateway = Gateway::open(echoing().await).await.unwrap();
    let (_, mut first) = connect(gateway.address(), "a.invalid:443").await;
    ping(&mut first).await;

    gateway.switch(working().await, Old::Drain).unwrap();
    ping(&mut first).await;
    let answer = get(gateway.address(), "http://b.invalid/").await;
    assert!(answer.ends_with(HELLO), "{answer}");
    gateway.switch(echoing().await, Old::Drain).unwrap();
    let (_, mut second) = connect(gateway.address(), "c.invalid:443").await;
    ping(&mut second).await;

    gateway.switch(working().await, Old::Cut).unwrap();
    for mut tunnel in [first, second] {
        let (rest, regular) = end(&mut tunnel).await;
        assert!(
            rest.is_empty() && !regular,
            "also one that was let go on before"
        );
    }
    let answer = get(gateway.address(), "http://d.invalid/").await;
    assert!(answer.ends_with(HELLO), "{answer}");
    assert_eq!(gateway.report().switches, 3);
}

#[tokio::test]
async fn a_cut_ends_what_waits_for_the_old_proxy_and_downloads_are_seen_as_cut() {
    // It takes requests and never answers those for `/wait`; others it never finishes.
    let stalling = scripted(|mut stream| async move {
        let asked = head(&mut stream).await.unwrap();
        if !asked.contains("/wait") {
            let part = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n";
            stream.write_all(part.as_bytes()).await.unwrap();
        }
        crate::support::client::rest(&mut stream).await;
    })
    .await;
    let gateway = Gateway::open(upstream(UpstreamKind::Http, stalling.port()))
        .await
        .unwrap();
    let address = gateway.address();
    let mut download = TcpStream::connect(address).await.unwrap();
    download
        .write_all(b"GET http://a.invalid/ HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(b"part\r\n") {
        assert_ne!(download.read_buf(&mut seen).await.unwrap(), 0);
    }
    let mut waiting = TcpStream::connect(address).await.unwrap();
    waiting
        .write_all(b"GET http://a.invalid/wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    // The request has been passed on when the bytes of both are counted.
    while gateway.report().hosts[0].traffic.connections < 2 {
        tokio::task::yield_now().await;
    }

    gateway.switch(working().await, Old::Cut).unwrap();
    let (rest, _) = end(&mut download).await;
    assert!(
        !rest.ends_with(b"0\r\n\r\n"),
        "a part was passed off as the whole"
    );
    let (answer, _) = end(&mut waiting).await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 502 ") && answer.contains("was cut"),
        "{answer}"
    );
    assert_eq!(gateway.report().failures[&FailureKind::Cut], 1);
}

#[tokio::test]
async fn under_load_nothing_goes_direct_and_nothing_hangs() {
    let canary = Origin::start().await;
    let (one, two) = (working().await, working().await);
    let gateway = Arc::new(Gateway::open(one.clone()).await.unwrap());
    let (stop, answered) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let clients: Vec<_> = (0..16)
        .map(|number| {
            let (address, url, target) = (gateway.address(), canary.url("/"), canary.address);
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let answer = if number % 2 == 0 {
                        get(address, &url).await
                    } else {
                        let (mut head, mut stream) = connect(address, &target.to_string()).await;
                        if head.starts_with("HTTP/1.1 200 ") {
                            stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.ok();
                            head = String::from_utf8(end(&mut stream).await.0).unwrap();
                        }
                        head
                    };
                    // A cut can come at any point, but what came before it is from the proxy.
                    let fine = answer.ends_with(HELLO)
                        || "HTTP/1.1 502 ".starts_with(&answer[..answer.len().min(13)])
                        || "HTTP/1.1 200 OK\r\n".starts_with(&answer[..answer.len().min(17)]);
                    assert!(fine && !answer.contains(GREETING), "{answer}");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for number in 0..24_u64 {
        let target = answered.load(Ordering::Relaxed) + 8;
        while answered.load(Ordering::Relaxed) < target {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let route = if number % 2 == 0 { &two } else { &one };
        let old = if number % 3 == 0 {
            Old::Cut
        } else {
            Old::Drain
        };
        gateway.switch(route.clone(), old).unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    assert_eq!(canary.heads().len(), 0, "something went around the proxies");
    let report = gateway.report();
    let others: Vec<_> = report
        .failures
        .keys()
        .filter(|kind| **kind != FailureKind::Cut)
        .collect();
    assert!(others.is_empty(), "{report:?}");
    assert_eq!(report.switches, 24);
}

#[tokio::test]
async fn real_proxies_of_different_kinds_take_turns() {
    let (http, socks) = (Proxy::tinyproxy(), Proxy::microsocks());
    let origin = Origin::start().await;
    let gateway = Gateway::open(with_password(http.upstream(), PASSWORD))
        .await
        .unwrap();
    let (_, mut tunnel) = connect(gateway.address(), &origin.address.to_string()).await;
    gateway
        .switch(with_password(socks.upstream(), PASSWORD), Old::Drain)
        .unwrap();
    let through = get_through(gateway.address(), origin.address, "/").await;
    assert!(through.ends_with(GREETING), "{through}");
    tunnel
        .write_all(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    drop(socks);
    let (download, _) = end(&mut tunnel).await;
    assert!(
        download.len() > crate::support::origin::BIG,
        "the old one goes on: {}",
        download.len()
    );
    let answer = get(gateway.address(), &origin.url("/")).await;
    assert!(
        answer.starts_with("HTTP/1.1 502 "),
        "the way back is not taken by itself: {answer}"
    );
}
