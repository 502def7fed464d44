//! Every kind of proxy that there is, by programs that others wrote.

use std::collections::BTreeMap;

use drover_egress::{FailureKind, Gateway, UpstreamKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::gateway;
use crate::support::client::{connect, get, get_through};
use crate::support::origin::{BIG, GREETING, Origin};
use crate::support::proxies::{PASSWORD, Proxy, scripted, with_password};
use crate::support::script::text;

#[tokio::test]
async fn socks_4_and_5_go_through_a_proxy_that_speaks_both() {
    for kind in [UpstreamKind::Socks4, UpstreamKind::Socks5] {
        let (proxy, origin) = (Proxy::dante(kind), Origin::start().await);
        let gateway = gateway(proxy.kind, proxy.port).await;
        let answer = get(gateway.address(), &origin.url("/page")).await;
        assert!(answer.ends_with(GREETING), "{kind}: {answer}");
        let answer = get_through(gateway.address(), origin.address, "/big").await;
        assert!(answer.len() > BIG, "{kind}: {answer:.200}");
        // Dante takes no names by SOCKS 4, so those of 4a are below.
        if kind == UpstreamKind::Socks5 {
            let named = format!("http://localhost:{}/", origin.address.port());
            let answer = get(gateway.address(), &named).await;
            assert!(
                answer.ends_with(GREETING),
                "the proxy resolves a name: {answer}"
            );
        }
        assert_eq!(gateway.report().failures, BTreeMap::new(), "{kind}");
    }
}

#[tokio::test]
async fn socks_4_sends_names_as_4a_and_the_user_but_never_a_password() {
    let (report, mut asked) = tokio::sync::mpsc::channel(8);
    let address = scripted(move |mut stream| {
        let report = report.clone();
        async move {
            let mut start = [0; 8];
            stream.read_exact(&mut start).await.unwrap();
            let user = text(&mut stream).await.unwrap();
            let name = if start[4..] == [0, 0, 0, 1] {
                text(&mut stream).await
            } else {
                None
            };
            report.send((start, user, name)).await.unwrap();
            stream.write_all(&[0, 90, 9, 9, 9, 9, 9, 9]).await.unwrap();
            stream.write_all(b"through").await.unwrap();
        }
    })
    .await;
    let proxy = with_password(
        crate::support::proxies::upstream(UpstreamKind::Socks4, address.port()),
        PASSWORD,
    );
    let gateway = Gateway::open(proxy).await.unwrap();
    let (head, mut tunnel) = connect(gateway.address(), "name.invalid:443").await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let mut answer = [0; 7];
    tunnel.read_exact(&mut answer).await.unwrap();
    assert_eq!(
        &answer, b"through",
        "what follows the answer belongs to the tunnel"
    );
    assert_eq!(
        asked.recv().await.unwrap(),
        (
            [4, 1, 1, 187, 0, 0, 0, 1],
            "shop-a".to_owned(),
            Some("name.invalid".to_owned())
        )
    );
    connect(gateway.address(), "203.0.113.9:80").await;
    assert_eq!(
        asked.recv().await.unwrap(),
        ([4, 1, 0, 80, 203, 0, 113, 9], "shop-a".to_owned(), None)
    );
}

#[tokio::test]
async fn socks_4_refuses_what_it_cannot_name_without_a_word_to_the_proxy() {
    let (report, mut asked) = tokio::sync::mpsc::channel::<()>(8);
    let address = scripted(move |_| {
        let report = report.clone();
        async move { report.send(()).await.unwrap() }
    })
    .await;
    let gateway = gateway(UpstreamKind::Socks4, address.port()).await;
    let answer = get(gateway.address(), "http://[2001:db8::1]/").await;
    assert!(
        answer.starts_with("HTTP/1.1 502 ") && answer.contains("SOCKS 4 has no IPv6 destinations"),
        "{answer}"
    );
    assert_eq!(
        gateway.report().failures,
        BTreeMap::from([(FailureKind::Refused, 1)])
    );
    drop(gateway);
    assert!(asked.try_recv().is_err(), "the proxy was asked");
}

#[tokio::test]
async fn what_socks_4_answers_is_told_apart() {
    for (code, kind, words) in [
        (
            91,
            FailureKind::Refused,
            "did not connect: request rejected or failed",
        ),
        (92, FailureKind::Login, "wants a login"),
        (93, FailureKind::Login, "wants a login"),
        (7, FailureKind::Garbled, "not its protocol"),
    ] {
        let address = scripted(move |mut stream| async move {
            stream.read_u8().await.unwrap();
            stream
                .write_all(&[0, code, 0, 0, 0, 0, 0, 0])
                .await
                .unwrap();
            crate::support::client::rest(&mut stream).await;
        })
        .await;
        let gateway = gateway(UpstreamKind::Socks4, address.port()).await;
        let (_, report) = (
            get(gateway.address(), "http://name.invalid/").await,
            gateway.report(),
        );
        assert_eq!(report.failures, BTreeMap::from([(kind, 1)]), "{code}");
        assert!(report.last_error.unwrap().contains(words), "{code}");
    }
}

#[tokio::test]
async fn destinations_of_ip_version_6_are_reached() {
    let origin = Origin::start_on("[::1]:0").await;
    for proxy in super::proxies() {
        let gateway = Gateway::open(with_password(proxy.upstream(), PASSWORD))
            .await
            .unwrap();
        let answer = get(gateway.address(), &origin.url("/")).await;
        assert!(answer.ends_with(GREETING), "{}: {answer}", proxy.kind);
        let answer = get_through(gateway.address(), origin.address, "/").await;
        assert!(answer.ends_with(GREETING), "{}: {answer}", proxy.kind);
        assert_eq!(gateway.report().hosts[0].host, "::1");
    }
}
