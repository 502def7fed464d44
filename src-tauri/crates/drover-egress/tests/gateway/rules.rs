//! What goes past the proxy, and what goes nowhere, by the rules of the operator.

use drover_egress::{Gateway, Report, Route, UpstreamKind};

use crate::support::client::{connect, get, get_through};
use crate::support::origin::{GREETING, Origin};
use crate::support::proxies::{Nobody, upstream};
use crate::support::script::{HELLO, Manner, proxy};

/// A gateway to a proxy that answers everything itself.
async fn with_rules(rules: &str) -> Gateway {
    let port = proxy(UpstreamKind::Http, false, Manner::Works).await.port();
    let mut route = Route::from(upstream(UpstreamKind::Http, port));
    route.rules = rules.parse().unwrap();
    Gateway::open(route).await.unwrap()
}

fn direct(report: &Report) -> u64 {
    report.hosts.iter().map(|host| host.traffic.direct).sum()
}

#[tokio::test]
async fn only_what_a_rule_names_goes_past_the_proxy() {
    let (named, other) = (Origin::start().await, Origin::start().await);
    let gateway = with_rules(&format!("DIRECT 127.0.0.1:{}", named.address.port())).await;

    assert!(
        get(gateway.address(), &named.url("/a"))
            .await
            .ends_with(GREETING)
    );
    let answer = get_through(gateway.address(), named.address, "/b").await;
    assert!(answer.ends_with(GREETING), "{answer}");
    assert!(
        named.heads()[0].starts_with("GET /a HTTP/1.1\r\n"),
        "a site gets the path alone: {}",
        named.heads()[0]
    );

    assert!(
        get(gateway.address(), &other.url("/"))
            .await
            .ends_with(HELLO)
    );
    let answer = get_through(gateway.address(), other.address, "/").await;
    assert!(answer.ends_with(HELLO), "{answer}");
    assert_eq!((named.heads().len(), other.heads().len()), (2, 0));
    assert_eq!(direct(&gateway.report()), 2);
}

#[tokio::test]
async fn names_are_resolved_here_for_such_a_rule_alone() {
    let origin = Origin::start().await;
    let url = format!("http://localhost:{}/", origin.address.port());
    let gateway = with_rules("DIRECT localhost").await;
    assert!(get(gateway.address(), &url).await.ends_with(GREETING));
    let gateway = with_rules("").await;
    assert!(get(gateway.address(), &url).await.ends_with(HELLO));
    assert_eq!(origin.heads().len(), 1);
}

#[tokio::test]
async fn what_is_blocked_is_answered_with_the_rule_and_reaches_nobody() {
    let origin = Origin::start().await;
    let gateway = with_rules("PROXY ok.ads.invalid\nBLOCK .ads.invalid\nBLOCK 127.0.0.0/8").await;
    for (url, rule) in [
        ("http://ads.invalid/", "BLOCK .ads.invalid"),
        ("http://a.b.ADS.invalid/", "BLOCK .ads.invalid"),
        (origin.url("/").as_str(), "BLOCK 127.0.0.0/8"),
    ] {
        let answer = get(gateway.address(), url).await;
        assert!(
            answer.starts_with("HTTP/1.1 403 ") && answer.contains(rule),
            "{url}: {answer}"
        );
    }
    let (answer, _) = connect(gateway.address(), "ads.invalid:443").await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    let first = get(gateway.address(), "http://ok.ads.invalid/").await;
    assert!(first.ends_with(HELLO), "the first rule decides: {first}");
    let report = gateway.report();
    assert_eq!(
        (report.blocked, report.failures.len()),
        (4, 0),
        "a block is no failure"
    );
    assert_eq!(report.last_error, None);
    assert_eq!(origin.heads().len(), 0);
}

#[tokio::test]
async fn a_blocked_address_is_not_reached_under_a_name() {
    let origin = Origin::start().await;
    let rules = "DIRECT localhost\nBLOCK 127.0.0.0/8\nBLOCK ::1";
    // `localhost` as a pattern fits its addresses too, so the rules are the other way round here.
    let rules: Vec<&str> = rules.lines().rev().collect();
    let gateway = with_rules(&rules.join("\n")).await;
    let url = format!("http://localhost:{}/", origin.address.port());
    let answer = get(gateway.address(), &url).await;
    assert!(
        answer.starts_with("HTTP/1.1 403 ") && answer.contains("BLOCK"),
        "{answer}"
    );
    assert_eq!(origin.heads().len(), 0);
}

#[tokio::test]
async fn a_destination_past_the_proxy_that_is_not_there_is_named_so() {
    let gateway = with_rules("DIRECT 127.0.0.1").await;
    let nobody = Nobody::new();
    let url = format!("http://127.0.0.1:{}/", nobody.port());
    let answer = get(gateway.address(), &url).await;
    assert!(
        answer.starts_with("HTTP/1.1 502 ") && answer.contains("goes past the proxy"),
        "it is not tried through the proxy instead: {answer}"
    );
}
