use std::collections::BTreeMap;
use std::time::Duration;

use tokio::net::TcpStream;

use super::{gateway, proxies};
use crate::support::client::{connect, get, get_through, rest, send};
use crate::support::origin::{BIG, GREETING, Origin};
use crate::support::proxies::{Nobody, PASSWORD, with_password};
use drover_egress::{Gateway, Route, UpstreamKind};

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

/// More than the connections of ten busy pages.
const MANY: usize = 320;

#[tokio::test]
async fn hundreds_at_once_are_served() {
    for proxy in proxies() {
        let origin = Origin::start().await;
        let mut route = Route::from(with_password(proxy.upstream(), PASSWORD));
        // Some proxies take them one by one, and a busy machine is no reason to fail.
        route.patience.connect = Duration::from_mins(4);
        let gateway = Gateway::open(route).await.unwrap();
        let (address, target, url) = (gateway.address(), origin.address, origin.url("/"));
        let all: Vec<_> = (0..MANY)
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
            (MANY, MANY as u64)
        );
    }
}

#[tokio::test]
async fn what_is_no_proxy_request_is_refused_without_a_word_to_the_proxy() {
    let nobody = Nobody::new();
    let gateway = gateway(UpstreamKind::Http, nobody.port()).await;
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
