//! The gateway between a client and real or scripted proxies, on the loopback address.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use drover_egress::{Error, FailureKind, Gateway, UpstreamKind, check};
use support::client::{connect, get, get_through, rest, send};
use support::origin::{BIG, GREETING, Origin, head};
use support::proxies::{PASSWORD, Proxy, USER, free_port, scripted, upstream, with_password};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const BOTH: [UpstreamKind; 2] = [UpstreamKind::Http, UpstreamKind::Socks5];

fn proxies() -> [Proxy; 2] {
    [Proxy::tinyproxy(), Proxy::microsocks()]
}

async fn gateway(kind: UpstreamKind, port: u16) -> Gateway {
    Gateway::open(upstream(kind, port)).await.unwrap()
}

#[tokio::test]
async fn requests_and_tunnels_reach_the_origin_with_the_login_left_at_the_proxy() {
    for proxy in proxies() {
        let origin = Origin::start().await;
        let gateway = Gateway::open(with_password(proxy.upstream(), PASSWORD))
            .await
            .unwrap();

        let answer = get(gateway.address(), &origin.url("/page?q=1")).await;
        assert!(
            answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(GREETING),
            "{}: {answer}",
            proxy.kind
        );
        let answer = get_through(gateway.address(), origin.address, "/page").await;
        assert!(answer.ends_with(GREETING), "{}: {answer}", proxy.kind);

        let heads = origin.heads();
        assert_eq!(heads.len(), 2, "one connection each");
        assert!(
            heads[0].starts_with("GET /page?q=1 HTTP/1."),
            "{}",
            heads[0]
        );
        assert!(
            heads[0].contains(&origin.address.to_string()),
            "the address decides, not the header: {}",
            heads[0]
        );
        for head in heads {
            assert!(
                !head.to_lowercase().contains("proxy-authorization"),
                "{head}"
            );
        }
        let report = gateway.report();
        assert_eq!((report.connections, report.strangers), (2, 0));
        assert_eq!(
            (report.failures, report.last_error),
            (BTreeMap::new(), None)
        );
        assert!(report.bytes_up > 0 && report.bytes_down > 2 * GREETING.len() as u64);
    }
}

#[tokio::test]
async fn downloads_arrive_whole_and_are_counted() {
    for proxy in proxies() {
        let origin = Origin::start().await;
        let gateway = Gateway::open(with_password(proxy.upstream(), PASSWORD))
            .await
            .unwrap();
        for answer in [
            get(gateway.address(), &origin.url("/big")).await,
            get_through(gateway.address(), origin.address, "/big").await,
        ] {
            let (_, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(
                body.len() == BIG && body.bytes().all(|byte| byte == b'b'),
                "{}: {}",
                proxy.kind,
                body.len()
            );
        }
        assert!(gateway.report().bytes_down > 2 * BIG as u64);
    }
}

#[tokio::test]
async fn a_hundred_at_once_are_served() {
    for proxy in proxies() {
        let origin = Origin::start().await;
        let gateway = Gateway::open(with_password(proxy.upstream(), PASSWORD))
            .await
            .unwrap();
        let (address, target, url) = (gateway.address(), origin.address, origin.url("/"));
        let all: Vec<_> = (0..100)
            .map(|number| {
                let url = url.clone();
                tokio::spawn(async move {
                    match number % 2 {
                        0 => get(address, &url).await,
                        _ => get_through(address, target, "/").await,
                    }
                })
            })
            .collect();
        for one in all {
            assert!(one.await.unwrap().ends_with(GREETING));
        }
        assert_eq!(
            (origin.heads().len(), gateway.report().connections),
            (100, 100)
        );
    }
}

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
            let passed_on = proxy.kind == UpstreamKind::Http && text == "refused the login";
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
        let gateway = gateway(kind, free_port()).await;
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

#[tokio::test]
async fn what_is_no_proxy_request_is_refused_without_a_word_to_the_proxy() {
    let gateway = gateway(UpstreamKind::Http, free_port()).await;
    let huge = format!(
        "GET http://name.invalid/ HTTP/1.1\r\nX: {}\r\n\r\n",
        "x".repeat(256 * 1024)
    );
    for (request, status) in [
        (
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 400 ",
        ),
        (
            "GET https://name.invalid/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 400 ",
        ),
        (
            "CONNECT name.invalid HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 400 ",
        ),
        ("\u{16}\u{3}\u{1} no http\r\n\r\n", "HTTP/1.1 400 "),
        (&huge, "HTTP/1.1 431 "),
    ] {
        let answer = send(gateway.address(), request.as_bytes()).await;
        assert!(answer.starts_with(status), "{request:.40}: {answer}");
    }
    assert_eq!(gateway.report().failures, BTreeMap::new());
}

#[tokio::test]
async fn dropping_the_gateway_closes_the_door_and_cuts_the_tunnels() {
    for proxy in proxies() {
        let origin = Origin::start().await;
        let gateway = Gateway::open(with_password(proxy.upstream(), PASSWORD))
            .await
            .unwrap();
        let address = gateway.address();
        let (head, mut tunnel) = connect(address, &origin.address.to_string()).await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        drop(gateway);
        assert_eq!(rest(&mut tunnel).await, b"", "the tunnel ends");
        assert!(
            TcpStream::connect(address).await.is_err(),
            "nobody listens any more"
        );
    }
}

#[tokio::test]
async fn a_check_tells_what_is_wrong() {
    let origin = Origin::start().await;
    let address = origin.address.ip().to_string();
    let (target, nobody) = (
        (address.as_str(), origin.address.port()),
        (address.as_str(), free_port()),
    );
    for proxy in proxies() {
        let good = with_password(proxy.upstream(), PASSWORD);
        check(&good, target).await.unwrap();
        let error = check(&good, nobody).await.unwrap_err();
        assert_eq!(
            error.kind(),
            FailureKind::Refused,
            "{}: {error:?}",
            proxy.kind
        );
        let error = check(&with_password(proxy.upstream(), "wrong"), target)
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::LoginRefused { .. }),
            "{}: {error:?}",
            proxy.kind
        );
        let error = check(&upstream(proxy.kind, free_port()), target)
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Unreachable { .. }),
            "{}: {error:?}",
            proxy.kind
        );
    }
    let missing = "127.0.0.1:1".to_owned();
    let error = check(&upstream(UpstreamKind::Http, 1), target)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains(&missing) && error.chain().len() > error.to_string().len(),
        "{}",
        error.chain()
    );
}
