//! Whether a proxy works, how fast it is, and which address the world sees behind it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::StatusCode;
use rustls::ClientConfig;
use tokio::time::timeout;

use crate::dial::Dialer;
use crate::fetch::{FetchError, Url, get};
use crate::hosts::HostTally;
use crate::{Error, Route, Upstream, UpstreamKind, tls};

/// A proxy that works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// The address that the echo service saw.
    pub exit: IpAddr,
    /// From the first packet until the way to the echo service stood, login included.
    pub connect: Duration,
    /// From the request until the first byte of the answer.
    pub first_byte: Duration,
}

/// Why a proxy could not be shown to work.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The fault is on the way to or in the proxy.
    #[error(transparent)]
    Proxy(#[from] Error),
    /// The proxy lets through, but the echo service could not be asked. It may be that service's fault.
    #[error("the address echo cannot be used")]
    Echo(#[source] FetchError),
    #[error("the answer of the address echo holds no IP address")]
    NoAddress,
}

impl ProbeError {
    /// What to do about it, as an order.
    pub fn hint(&self) -> &'static str {
        match self {
            ProbeError::Proxy(error) => error.hint(),
            ProbeError::Echo(FetchError::Url) => {
                "set an `http://` or `https://` address as the address echo"
            }
            ProbeError::Echo(FetchError::Tls(_)) => {
                "check the certificate of the address echo; a proxy that changes TLS must not be used"
            }
            ProbeError::Echo(_) | ProbeError::NoAddress => {
                "try another address echo; if that fails too, the proxy is at fault"
            }
        }
    }

    /// The error with its causes, in one line.
    pub fn chain(&self) -> String {
        match self {
            ProbeError::Proxy(error) => error.chain(),
            ProbeError::Echo(error) => match std::error::Error::source(error) {
                Some(cause) => format!("{self}: {error}: {cause}"),
                None => format!("{self}: {error}"),
            },
            ProbeError::NoAddress => self.to_string(),
        }
    }
}

/// Asks the echo service through the proxy. It answers with the address it saw, as plain text or as JSON with a field
/// `ip`, `origin` or `query`.
pub async fn probe(route: &Route, echo: &str) -> Result<Health, ProbeError> {
    let url = Url::new(echo).map_err(ProbeError::Echo)?;
    let tls = url.tls.then(tls::system).transpose()?;
    let dialer = Dialer::new(route.clone(), Arc::default())?;
    probe_with(&dialer, &url, tls).await
}

pub(crate) async fn probe_with(
    dialer: &Dialer,
    url: &Url,
    tls: Option<Arc<ClientConfig>>,
) -> Result<Health, ProbeError> {
    let host = Arc::new(HostTally::default());
    // As a page would go: a plain request is sent whole where the proxy is one for HTTP, since few of them let a
    // tunnel go to port 80.
    let whole = !url.tls && speaks_http(&dialer.route.upstream);
    let start = Instant::now();
    let wire = if whole {
        dialer.proxy(&host).await?
    } else {
        dialer.tunnel(&url.target, &host).await?
    };
    let connect = start.elapsed();
    let asked = get(wire, url, tls, whole.then_some(dialer));
    let answer = timeout(dialer.route.patience.connect, asked)
        .await
        .unwrap_or(Err(FetchError::TimedOut))
        .map_err(|error| match error {
            // On this way it is the proxy that answers.
            FetchError::Broken if whole => ProbeError::Proxy(dialer.broken()),
            FetchError::TimedOut if whole => ProbeError::Proxy(dialer.timed_out()),
            error => ProbeError::Echo(error),
        })?;
    match answer.status {
        status if status.is_success() => {}
        // The second is what some proxies answer to a wrong login.
        StatusCode::PROXY_AUTHENTICATION_REQUIRED | StatusCode::UNAUTHORIZED if whole => {
            return Err(dialer.login_refused().into());
        }
        status => return Err(ProbeError::Echo(FetchError::Status(status.as_u16()))),
    }
    let text = std::str::from_utf8(&answer.body).unwrap_or_default();
    Ok(Health {
        exit: address(text).ok_or(ProbeError::NoAddress)?,
        connect,
        first_byte: answer.first_byte,
    })
}

fn speaks_http(upstream: &Upstream) -> bool {
    matches!(upstream.kind, UpstreamKind::Http | UpstreamKind::Https)
}

/// The address in an answer. Of several, as some echoes give them after proxies that say for whom they ask, the last
/// one is that which made the connection.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    if let Ok(ip) = text.parse() {
        return Some(ip);
    }
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let field = ["ip", "origin", "query"]
        .iter()
        .find_map(|name| json.get(name)?.as_str())?;
    field.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
