use std::time::Duration;

use drover_egress::{
    ChangeError, Error, FailureKind, ProbeError, Route, UpstreamKind, change_address, check, probe,
};
use jiff::Timestamp;

use super::proxies;
use crate::support::origin::Origin;
use crate::support::proxies::{Nobody, PASSWORD, scripted, upstream, with_password};

#[tokio::test]
async fn a_check_tells_what_is_wrong() {
    let origin = Origin::start().await;
    let address = origin.address.ip().to_string();
    let not_there = Nobody::new();
    let (target, nobody) = (
        (address.as_str(), origin.address.port()),
        (address.as_str(), not_there.port()),
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
        let error = check(&upstream(proxy.kind, not_there.port()), target)
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

#[tokio::test]
async fn a_probe_shows_the_address_that_the_world_sees() {
    let origin = Origin::start().await;
    for proxy in proxies() {
        let route = Route::from(with_password(proxy.upstream(), PASSWORD));
        for (path, expected) in [
            ("/ip", "203.0.113.7"),
            ("/json", "2001:db8::7"),
            ("/origin", "203.0.113.8"),
            ("/query", "203.0.113.9"),
        ] {
            let health = probe(&route, &origin.url(path)).await.unwrap();
            assert_eq!(health.exit.to_string(), expected, "{}", proxy.kind);
            assert!(health.connect > Duration::ZERO && health.first_byte > Duration::ZERO);
        }
        for (path, words) in [
            ("/", "the answer of the address echo holds no IP address"),
            ("/busy", "status 503"),
            ("/once", "status 302"),
            ("/long", "more than 65536 bytes"),
        ] {
            let error = probe(&route, &origin.url(path)).await.unwrap_err();
            assert!(
                error.chain().contains(words),
                "{}: {}",
                proxy.kind,
                error.chain()
            );
            assert!(
                error.hint().contains("another address echo"),
                "{}",
                error.hint()
            );
        }
    }
}

#[tokio::test]
async fn a_probe_tells_what_is_wrong_and_what_to_do() {
    let origin = Origin::start().await;
    for proxy in proxies() {
        let error = probe(
            &with_password(proxy.upstream(), "canary-wrong").into(),
            &origin.url("/ip"),
        )
        .await
        .unwrap_err();
        assert!(
            matches!(&error, ProbeError::Proxy(Error::LoginRefused { .. })),
            "{}: {error:?}",
            proxy.kind
        );
        assert!(error.hint().starts_with("check user name and password"));
        assert!(!format!("{error:?}{}", error.chain()).contains("canary"));
        let error = probe(&proxy.upstream().into(), &origin.url("/ip"))
            .await
            .unwrap_err();
        assert!(
            matches!(&error, ProbeError::Proxy(Error::LoginNeeded { .. })),
            "{}: {error:?}",
            proxy.kind
        );
    }
    assert_eq!(origin.heads().len(), 0);
    let nobody = Nobody::new();
    let dead: Route = upstream(UpstreamKind::Http, nobody.port()).into();
    let error = probe(&dead, &origin.url("/ip")).await.unwrap_err();
    assert!(error.hint().starts_with("check host and port"), "{error:?}");
    for echo in [
        "",
        "ftp://a.test/",
        "a.test",
        "http://user:pw@a.test/",
        "http://127.1/",
    ] {
        let error = probe(&dead, echo).await.unwrap_err();
        assert!(error.chain().contains("no `http://`"), "{echo}: {error:?}");
    }
    let silent = scripted(|mut stream| async move {
        crate::support::client::rest(&mut stream).await;
    })
    .await;
    for kind in [UpstreamKind::Http, UpstreamKind::Socks5] {
        let mut route = Route::from(upstream(kind, silent.port()));
        route.patience.connect = Duration::from_millis(300);
        let error = probe(&route, &origin.url("/ip")).await.unwrap_err();
        assert!(
            matches!(&error, ProbeError::Proxy(Error::TimedOut { .. })),
            "{kind}: {error:?}"
        );
    }
}

#[tokio::test]
async fn another_address_is_asked_for_at_most_once_in_a_pause() {
    let origin = Origin::start().await;
    let link = |path: &str| origin.url(path).into();
    let at = |second| Timestamp::from_second(second).unwrap();
    let minute = Duration::from_mins(1);

    change_address(&link("/once"), None, minute, at(100))
        .await
        .unwrap();
    assert_eq!(origin.heads().len(), 2, "it was sent on once");
    let error = change_address(&link("/once"), Some(at(100)), minute, at(159))
        .await
        .unwrap_err();
    assert!(
        matches!(error, ChangeError::CoolingDown { until } if until == at(160)),
        "{error:?}"
    );
    assert_eq!(origin.heads().len(), 2, "the provider was not asked");
    change_address(&link("/ip"), Some(at(100)), minute, at(160))
        .await
        .unwrap();
    assert_eq!(origin.heads().len(), 3);
}

#[tokio::test]
async fn a_link_that_does_not_work_is_named_without_its_token() {
    let (origin, nobody) = (Origin::start().await, Nobody::new());
    for (link, words) in [
        (
            origin.url("/for-ever?canary=1"),
            "sent on more than 3 times",
        ),
        (origin.url("/busy?canary=1"), "status 503"),
        (
            format!("http://127.0.0.1:{}/?canary=1", nobody.port()),
            "failed to reach",
        ),
        ("file:///canary".to_owned(), "no `http://`"),
        ("canary".to_owned(), "no `http://`"),
    ] {
        let error = change_address(&link.into(), None, Duration::ZERO, Timestamp::UNIX_EPOCH)
            .await
            .unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains(words), "{cause}");
        let shown = format!("{error} {error:?} {cause}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(!error.hint().is_empty());
    }
}
