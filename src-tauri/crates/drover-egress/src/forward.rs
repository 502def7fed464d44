//! Requests for plain `http://` addresses, which come whole instead of as a tunnel.

use std::sync::Arc;

use drover_model::proxy::Way;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{
    CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION,
    TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;

use crate::body::{Answered, Asked, Progress};
use crate::dial::{Dialer, HEAD};
use crate::hosts::HostTally;
use crate::target::Target;
use crate::tunnel::{Far, Tunnel};
use crate::{Result, UpstreamKind};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");

/// Sends the request on its way and gives back the answer, whose body is still to come. When both sides change to
/// another protocol, such as that of web sockets, the tunnel for it comes with the answer.
pub(crate) async fn forward(
    dialer: &Arc<Dialer>,
    target: &Target,
    host: &Arc<HostTally>,
    mut request: Request<Incoming>,
) -> Result<(Response<Answered>, Option<Tunnel>)> {
    let upgrade = wanted_protocol(request.headers());
    drop_hop_headers(request.headers_mut());
    let whole = upgrade.is_none()
        && dialer.way(target)? == Way::Proxy
        && matches!(
            dialer.route.upstream.kind,
            UpstreamKind::Http | UpstreamKind::Https
        );
    let wire = if whole {
        if let Some(value) = dialer.authorization() {
            request.headers_mut().insert(PROXY_AUTHORIZATION, value);
        }
        dialer.proxy(host).await?
    } else {
        // Many proxies drop a change of protocol, so that goes through a tunnel.
        to_origin_form(&mut request);
        dialer.open(target, host).await?
    };
    let client = upgrade.map(|protocol| {
        let headers = request.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(UPGRADE, protocol);
        hyper::upgrade::on(&mut request)
    });

    let broken = |error: hyper::Error| dialer.garbled_or_broken(&error);
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD)
        .preserve_header_case(true)
        .handshake(TokioIo::new(wire))
        .await
        .map_err(broken)?;
    // It ends when `sender` and the body of the answer are dropped.
    tokio::spawn(connection.with_upgrades());
    let progress = Progress::start();
    let request = request.map(|body| Asked::new(body, progress.clone()));
    let answer = async { sender.send_request(request).await.map_err(broken) };
    let mut response = progress
        .wait(dialer.route.patience.answer, dialer, answer)
        .await?;

    if whole && response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        // Chrome must never be asked for the login of the proxy.
        return Err(dialer.login_refused());
    }
    let protocol = wanted_protocol(response.headers());
    drop_hop_headers(response.headers_mut());
    let tunnel = match (response.status(), client, protocol) {
        (StatusCode::SWITCHING_PROTOCOLS, Some(client), Some(protocol)) => {
            let far = Far::Upgrade(hyper::upgrade::on(&mut response));
            let headers = response.headers_mut();
            headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
            headers.insert(UPGRADE, protocol);
            Some(Tunnel {
                client,
                far,
                dialer: Arc::clone(dialer),
            })
        }
        (StatusCode::SWITCHING_PROTOCOLS, _, _) => return Err(dialer.garbled()),
        _ => None,
    };
    let response = response.map(|body| Answered::new(body, Arc::clone(dialer), Arc::clone(host)));
    Ok((response, tunnel))
}

/// The protocol that a message wants to change to, if it says so for this connection.
fn wanted_protocol(headers: &HeaderMap) -> Option<HeaderValue> {
    let named = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|name| name.trim().eq_ignore_ascii_case("upgrade"));
    headers.get(UPGRADE).filter(|_| named).cloned()
}

/// What a site expects, in contrast to a proxy: the path alone, and the host in a header.
fn to_origin_form(request: &mut Request<Incoming>) {
    let host = request
        .uri()
        .authority()
        .map(|authority| HeaderValue::from_str(authority.as_str()));
    if let Some(Ok(host)) = host {
        request.headers_mut().insert(HOST, host);
    }
    *request.uri_mut() = request
        .uri()
        .path_and_query()
        .cloned()
        .map_or_else(|| Uri::from_static("/"), Uri::from);
}

/// Headers that are about the one connection they came on (RFC 9110, section 7.6.1).
fn drop_hop_headers(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let usual = [
        CONNECTION,
        KEEP_ALIVE,
        PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
        PROXY_CONNECTION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
    ];
    for name in named.iter().chain(&usual) {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_the_connection_stay_behind() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Private"),
            ("x-private", "1"),
            ("proxy-authorization", "Basic eDp5"),
            ("proxy-connection", "keep-alive"),
            ("cookie", "a=b"),
        ] {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        drop_hop_headers(&mut headers);
        let left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, ["cookie"]);
    }
}
