//! A real proxy inside TLS, by a program that others wrote.

use std::collections::BTreeMap;

use drover_egress::{FailureKind, Gateway, check};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::traffic::{LONG, long_site};
use crate::support::client::{connect, end, get, get_through};
use crate::support::origin::{BIG, GREETING, Origin};
use crate::support::proxies::{PASSWORD, Proxy, with_password};
use crate::support::tls::{Certificate, again_trusting};

#[tokio::test]
async fn a_real_proxy_inside_tls_is_as_good_and_as_closed_as_one_without() {
    let Some(certificate) = Certificate::trusted() else {
        let folder = tempfile::tempdir().unwrap();
        readable(folder.path());
        return again_trusting(
            &Certificate::make(folder.path()),
            "secured::a_real_proxy_inside_tls_is_as_good_and_as_closed_as_one_without",
        );
    };
    let proxy = Proxy::squid_with_tls(&certificate.file, &certificate.key);
    let (origin, site) = (Origin::start().await, long_site().await);
    let right = Gateway::open(with_password(proxy.upstream(), PASSWORD));
    let right = right.await.unwrap();
    let answer = get(right.address(), &origin.url("/page")).await;
    assert!(answer.ends_with(GREETING), "{answer}");
    let answer = get_through(right.address(), origin.address, "/big").await;
    assert!(answer.len() > BIG, "{answer:.200}");
    assert_eq!(right.report().failures, BTreeMap::new());
    // A check connects and asks for nothing, so requests are counted.
    let asked = || {
        origin
            .heads()
            .iter()
            .filter(|head| !head.is_empty())
            .count()
    };
    assert_eq!(asked(), 2);
    let target = (origin.address.ip().to_string(), origin.address.port());
    let good = with_password(proxy.upstream(), PASSWORD);
    check(&good, (&target.0, target.1)).await.unwrap();

    let wrong = Gateway::open(with_password(proxy.upstream(), "canary-wrong"));
    let none = Gateway::open(proxy.upstream());
    for (gateway, text) in [
        (wrong.await.unwrap(), "refused the login"),
        (none.await.unwrap(), "wants a login"),
    ] {
        let plain = get(gateway.address(), &origin.url("/")).await;
        assert!(
            plain.starts_with("HTTP/1.1 502 ") && plain.contains(text),
            "{plain}"
        );
        let (tunnel, _) = connect(gateway.address(), &origin.address.to_string()).await;
        assert!(tunnel.starts_with("HTTP/1.1 502 "), "{tunnel}");
        let report = gateway.report();
        assert_eq!(report.failures, BTreeMap::from([(FailureKind::Login, 2)]));
        assert!(!format!("{plain}{tunnel}{report:?}").contains("canary"));
    }

    let (_, mut down) = connect(right.address(), &site.to_string()).await;
    down.write_u8(b'd').await.unwrap();
    let mut first = vec![0; 4 * 1024 * 1024];
    down.read_exact(&mut first).await.unwrap();
    drop(proxy);
    let (rest, _) = end(&mut down).await;
    assert!(first.len() + rest.len() < LONG, "a part is no whole");
    for answer in [
        connect(right.address(), &site.to_string()).await.0,
        get(right.address(), &origin.url("/")).await,
    ] {
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    }
    assert_eq!(asked(), 2, "nothing went around it");
}

/// As root squid works as another user, who has to read the certificate.
fn readable(folder: &std::path::Path) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder, mode).unwrap();
}
