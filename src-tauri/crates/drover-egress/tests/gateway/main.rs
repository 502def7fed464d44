//! The gateway between a client and real or scripted proxies, on the loopback address.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod basics;
mod checks;
mod closed;
mod failures;
mod kinds;
mod rules;
mod secured;
#[path = "../support/mod.rs"]
mod support;
mod switch;
mod traffic;

use drover_egress::{Gateway, UpstreamKind};
use support::proxies::{Proxy, upstream};

const BOTH: [UpstreamKind; 2] = [UpstreamKind::Http, UpstreamKind::Socks5];

/// Real proxies that want the login.
fn proxies() -> [Proxy; 4] {
    [
        Proxy::tinyproxy(),
        Proxy::squid(),
        Proxy::microsocks(),
        Proxy::dante_with_login(),
    ]
}

async fn gateway(kind: UpstreamKind, port: u16) -> Gateway {
    Gateway::open(upstream(kind, port)).await.unwrap()
}
