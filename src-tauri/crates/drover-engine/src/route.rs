//! From a stored proxy to the way that traffic takes.

use drover_egress::{Login, Patience, Route, Upstream, UpstreamKind};
use drover_model::{Proxy, ProxyScheme};
use secrecy::SecretString;

use crate::engine::Rooms;

/// The way through the proxy, with the login from the keychain and the rules.
pub(crate) async fn route(rooms: &Rooms, proxy: &Proxy) -> Result<Route, drover_vault::Error> {
    let password = if proxy.has_password {
        let vault = rooms.vault();
        vault.get(&vault.reference(proxy.id.to_string())).await?
    } else {
        SecretString::from(String::new())
    };
    let kind = match proxy.address.scheme() {
        ProxyScheme::Http => UpstreamKind::Http,
        ProxyScheme::Https => UpstreamKind::Https,
        ProxyScheme::Socks4 => UpstreamKind::Socks4,
        ProxyScheme::Socks5 => UpstreamKind::Socks5,
    };
    let user = proxy.user.clone();
    Ok(Route {
        upstream: Upstream {
            kind,
            host: proxy.address.host().to_owned(),
            port: proxy.address.port(),
            login: user.map(|user| Login { user, password }),
        },
        rules: proxy.rules.clone(),
        patience: Patience::default(),
    })
}
