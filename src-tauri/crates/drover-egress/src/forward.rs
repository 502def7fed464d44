//! Requests for plain `http://` addresses, which come whole instead of as a tunnel.

use std::sync::Arc;

use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{
    CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION,
    TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;

use crate::dial::{HEAD, Route};
use crate::target::Target;
use crate::{Error, Result, UpstreamKind};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");

/// Sends the request through the proxy and gives back the answer, whose body is still on its way.
pub(crate) async fn forward(
    route: &Arc<Route>,
    target: &Target,
    mut request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, hyper::Error>>> {
    drop_hop_headers(request.headers_mut());
    let wire = match route.upstream.kind {
        UpstreamKind::Http | UpstreamKind::Https => {
            if let Some(value) = route.authorization() {
                request.headers_mut().insert(PROXY_AUTHORIZATION, value);
            }
            route.proxy().await?
        }
        UpstreamKind::Socks5 => {
            to_origin_form(&mut request);
            route.tunnel(target).await?
        }
    };
    let broken = |error: hyper::Error| route.garbled_or_broken(&error);
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD)
        .preserve_header_case(true)
        .handshake(TokioIo::new(wire))
        .await
        .map_err(broken)?;
    // It ends when `sender` and the body of the answer are dropped.
    tokio::spawn(connection);
    let mut response = sender.send_request(request).await.map_err(broken)?;
    if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        // Chrome must never be asked for the login of the proxy.
        return Err(route.login_refused());
    }
    drop_hop_headers(response.headers_mut());
    let route = Arc::clone(route);
    Ok(response.map(|body| {
        body.map_err(move |error| {
            route.tally.failed(&Error::Broken {
                upstream: route.name(),
            });
            error
        })
        .boxed()
    }))
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
