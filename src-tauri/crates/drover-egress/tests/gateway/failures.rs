use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use drover_egress::{FailureKind, Gateway, UpstreamKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{BOTH, gateway, proxies};
use crate::support::client::{connect, get, rest};
use crate::support::origin::{GREETING, Origin, head};
use crate::support::proxies::{Nobody, PASSWORD, USER, scripted, with_password};

#[tokio::test]
async fn a_wrong_or_missing_login_is_named_and_never_shown() {
    for proxy in proxies() {
        let origin = Origin::start().await;
        let wrong = Gateway::open(with_password(proxy.upstream(), "canary-wrong"))
            .await
            .unwrap();
        let none = Gateway::open(proxy.upstream()).await.unwrap();
        for (gateway, text) in [(wrong, "refused the login"), (none, "wants a login")] {
            let plain = get(gateway.address(), &origin.url("/")).await;
            let (tunnel, _) = connect(gateway.address(), &origin.address.to_string()).await;
            assert!(
                tunnel.starts_with("HTTP/1.1 502 "),
                "{}: {tunnel}",
                proxy.kind
            );
            // tinyproxy answers a wrong login with 401, as a site might, and such an answer is passed on.
            let passed_on = proxy.program == "tinyproxy" && text == "refused the login";
            let failures = if passed_on {
                assert!(plain.starts_with("HTTP/1.0 401 "), "{plain}");
                1
            } else {
                assert!(
                    plain.starts_with("HTTP/1.1 502 ") && plain.contains(text),
                    "{}: {plain}",
                    proxy.kind
                );
                2
            };
            let report = gateway.report();
            assert_eq!(
                report.failures,
                BTreeMap::from([(FailureKind::Login, failures)]),
                "{}",
                proxy.kind
            );
            assert!(
                report.last_error.as_ref().unwrap().contains(text),
                "{report:?}"
            );
            let shown = format!("{plain}{tunnel}{report:?}{gateway:?}").to_lowercase();
            assert!(
                !shown.contains("canary") && !shown.contains(USER) && !shown.contains("proxy-auth"),
                "{shown}"
            );
        }
        assert_eq!(origin.heads().len(), 0, "nothing reached the origin");
    }
}

#[tokio::test]
async fn with_the_proxy_dead_nothing_reaches_the_origin() {
    for kind in BOTH {
        let origin = Origin::start().await;
        let nobody = Nobody::new();
        let gateway = gateway(kind, nobody.port()).await;
        let plain = get(gateway.address(), &origin.url("/")).await;
        let (tunnel, _) = connect(gateway.address(), &origin.address.to_string()).await;
        assert!(
            plain.starts_with("HTTP/1.1 502 ") && plain.contains("failed to reach the proxy"),
            "{plain}"
        );
        assert!(tunnel.starts_with("HTTP/1.1 502 "), "{tunnel}");
        assert_eq!(
            gateway.report().failures,
            BTreeMap::from([(FailureKind::Unreachable, 2)])
        );
        assert_eq!(
            origin.heads().len(),
            0,
            "{kind}: a request went around the proxy"
        );
    }
}

#[tokio::test]
async fn a_proxy_that_dies_later_leaves_no_way_out() {
    for proxy in proxies() {
        let origin = Origin::start().await;
        let gateway = Gateway::open(with_password(proxy.upstream(), PASSWORD))
            .await
            .unwrap();
        assert!(
            get(gateway.address(), &origin.url("/"))
                .await
                .ends_with(GREETING)
        );
        drop(proxy);
        assert!(
            get(gateway.address(), &origin.url("/"))
                .await
                .starts_with("HTTP/1.1 502 ")
        );
        assert_eq!(origin.heads().len(), 1);
    }
}

#[tokio::test]
async fn garbage_and_an_early_end_are_told_apart() {
    let garbage = scripted(|mut stream| async move {
        stream.read_u8().await.ok();
        stream
            .write_all(b"220 mail.example ESMTP\r\n\r\n")
            .await
            .ok();
        rest(&mut stream).await;
    });
    let closing = scripted(|mut stream| async move {
        stream.read_u8().await.ok();
    });
    for (address, kind) in [
        (garbage.await, FailureKind::Garbled),
        (closing.await, FailureKind::Broken),
    ] {
        for upstream in BOTH {
            let gateway = gateway(upstream, address.port()).await;
            let plain = get(gateway.address(), "http://name.invalid/").await;
            let (tunnel, _) = connect(gateway.address(), "name.invalid:443").await;
            assert!(
                plain.starts_with("HTTP/1.1 502 ") && tunnel.starts_with("HTTP/1.1 502 "),
                "{plain}{tunnel}"
            );
            assert_eq!(
                gateway.report().failures,
                BTreeMap::from([(kind, 2)]),
                "{upstream}"
            );
        }
    }
}

#[tokio::test]
async fn a_transfer_that_is_cut_is_seen_as_cut() {
    let address = scripted(|mut stream| async move {
        let head = head(&mut stream).await.unwrap();
        let answer = if head.starts_with("CONNECT") {
            "HTTP/1.1 200 OK\r\n\r\npart"
        } else {
            "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart"
        };
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    let gateway = gateway(UpstreamKind::Http, address.await.port()).await;

    let plain = get(gateway.address(), "http://name.invalid/").await;
    assert!(
        plain.to_lowercase().contains("content-length: 1000") && plain.ends_with("part"),
        "{plain}"
    );
    assert_eq!(
        gateway.report().failures,
        BTreeMap::from([(FailureKind::Broken, 1)])
    );

    let (_, mut tunnel) = connect(gateway.address(), "name.invalid:443").await;
    assert_eq!(
        rest(&mut tunnel).await,
        b"part",
        "what came is passed on, then the tunnel ends"
    );
}

#[tokio::test]
async fn names_travel_to_the_proxy_unresolved_and_loopback_goes_there_too() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let remembered = Arc::clone(&seen);
    let http = scripted(move |mut stream| {
        let remembered = Arc::clone(&remembered);
        async move {
            let head = head(&mut stream).await.unwrap();
            remembered
                .lock()
                .unwrap()
                .push(head.lines().next().unwrap().to_owned());
            stream
                .write_all(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
                .await
                .unwrap();
        }
    });
    let gateway_http = gateway(UpstreamKind::Http, http.await.port()).await;
    get(gateway_http.address(), "http://name.invalid/path").await;
    for target in [
        "name.invalid:443",
        "localhost:80",
        "127.0.0.1:80",
        "[::1]:80",
    ] {
        let (answer, _) = connect(gateway_http.address(), target).await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    }
    let lines = seen.lock().unwrap().clone();
    let expected = [
        "name.invalid:443",
        "localhost:80",
        "127.0.0.1:80",
        "[::1]:80",
    ];
    assert_eq!(lines[0], "GET http://name.invalid/path HTTP/1.1");
    assert_eq!(
        lines[1..],
        expected.map(|target| format!("CONNECT {target} HTTP/1.1"))
    );
    assert_eq!(
        gateway_http.report().failures,
        BTreeMap::from([(FailureKind::Refused, 4)])
    );

    let (report, mut asked) = tokio::sync::mpsc::channel(1);
    let socks = scripted(move |mut stream| {
        let report = report.clone();
        async move { report.send(asked_for(&mut stream).await).await.unwrap() }
    });
    let gateway_socks = gateway(UpstreamKind::Socks5, socks.await.port()).await;
    connect(gateway_socks.address(), "name.invalid:443").await;
    assert_eq!(asked.recv().await.unwrap(), b"name.invalid");
}

/// The name in a SOCKS request.
async fn asked_for(stream: &mut TcpStream) -> Vec<u8> {
    let mut greeting = [0; 2];
    stream.read_exact(&mut greeting).await.unwrap();
    let mut methods = vec![0; usize::from(greeting[1])];
    stream.read_exact(&mut methods).await.unwrap();
    stream.write_all(&[5, 0]).await.unwrap();
    let mut request = [0; 5];
    stream.read_exact(&mut request).await.unwrap();
    assert_eq!(request[..4], [5, 1, 0, 3], "a connect request with a name");
    let mut name = vec![0; usize::from(request[4])];
    stream.read_exact(&mut name).await.unwrap();
    name
}
