//! Reaching the proxy, and a destination through it. There is no function here that reaches a destination directly.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue, PROXY_AUTHORIZATION};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use secrecy::ExposeSecret;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_socks::TargetAddr;
use tokio_socks::tcp::Socks5Stream;
use zeroize::Zeroizing;

use crate::report::Tally;
use crate::target::Target;
use crate::wire::{Counted, Wire};
use crate::{Error, Login, Result, Upstream, UpstreamKind, tls};

/// From the first packet to the proxy until it says that the tunnel stands.
pub(crate) const CONNECT_DEADLINE: Duration = Duration::from_secs(15);

/// The buffer for the head of a request or an answer, in bytes. A head that has not ended when it is full is refused.
pub(crate) const HEAD: usize = 64 * 1024;

/// The way to one proxy.
pub(crate) struct Route {
    pub(crate) upstream: Upstream,
    pub(crate) tally: Arc<Tally>,
    /// Set where the way is TLS.
    tls: Option<Arc<ClientConfig>>,
    deadline: Duration,
}

impl Route {
    pub(crate) fn new(upstream: Upstream) -> Result<Route> {
        let tls = match upstream.kind {
            UpstreamKind::Https => Some(tls::system()?),
            UpstreamKind::Http | UpstreamKind::Socks5 => None,
        };
        Ok(Route {
            upstream,
            tally: Arc::default(),
            tls,
            deadline: CONNECT_DEADLINE,
        })
    }

    /// A tunnel to the destination, through the proxy.
    pub(crate) async fn tunnel(&self, target: &Target) -> Result<Box<dyn Wire>> {
        self.in_time(async {
            let wire = self.reach().await?;
            match self.upstream.kind {
                UpstreamKind::Http | UpstreamKind::Https => self.connect(wire, target).await,
                UpstreamKind::Socks5 => self.socks(wire, target).await,
            }
        })
        .await
    }

    /// A connection to the proxy itself, on which whole requests are sent.
    pub(crate) async fn proxy(&self) -> Result<Box<dyn Wire>> {
        self.in_time(self.reach()).await
    }

    /// The value of `Proxy-Authorization`, marked so that it is shown in no log.
    pub(crate) fn authorization(&self) -> Option<HeaderValue> {
        let Login { user, password } = self.upstream.login.as_ref()?;
        let plain = Zeroizing::new(format!("{user}:{}", password.expose_secret()));
        let basic = Zeroizing::new(format!("Basic {}", STANDARD.encode(plain.as_bytes())));
        let mut value = HeaderValue::from_str(&basic).expect("BUG: base64 is not fit for a header");
        value.set_sensitive(true);
        Some(value)
    }

    /// What an error in HTTP means while the proxy is talked to.
    pub(crate) fn garbled_or_broken(&self, error: &hyper::Error) -> Error {
        let upstream = self.name();
        if error.is_parse() || error.is_parse_too_large() || error.is_parse_status() {
            Error::Garbled { upstream }
        } else {
            Error::Broken { upstream }
        }
    }

    pub(crate) fn login_refused(&self) -> Error {
        match self.upstream.login {
            Some(_) => Error::LoginRefused {
                upstream: self.name(),
            },
            None => Error::LoginNeeded {
                upstream: self.name(),
            },
        }
    }

    pub(crate) fn name(&self) -> String {
        self.upstream.to_string()
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        timeout(self.deadline, work).await.unwrap_or_else(|_| {
            Err(Error::TimedOut {
                upstream: self.name(),
            })
        })
    }

    async fn reach(&self) -> Result<Box<dyn Wire>> {
        let Upstream { host, port, .. } = &self.upstream;
        let unreachable = |source| Error::Unreachable {
            upstream: self.name(),
            source,
        };
        let tcp = TcpStream::connect((host.as_str(), *port))
            .await
            .map_err(unreachable)?;
        tcp.set_nodelay(true).map_err(unreachable)?;
        let wire = Counted::new(tcp, Arc::clone(&self.tally));
        let Some(config) = &self.tls else {
            return Ok(Box::new(wire));
        };
        let failed = |source| Error::Tls {
            upstream: self.name(),
            source,
        };
        let name =
            ServerName::try_from(host.clone()).map_err(|error| failed(io::Error::other(error)))?;
        let wire = TlsConnector::from(Arc::clone(config))
            .connect(name, wire)
            .await
            .map_err(failed)?;
        Ok(Box::new(wire))
    }

    async fn connect(&self, wire: Box<dyn Wire>, target: &Target) -> Result<Box<dyn Wire>> {
        let broken = |error: hyper::Error| self.garbled_or_broken(&error);
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(HEAD)
            .handshake(TokioIo::new(wire))
            .await
            .map_err(broken)?;
        // It ends when `sender` and the tunnel are dropped.
        tokio::spawn(connection.with_upgrades());

        let mut request = Request::builder()
            .method(Method::CONNECT)
            .uri(target.to_string());
        request = request.header(HOST, target.to_string());
        if let Some(value) = self.authorization() {
            request = request.header(PROXY_AUTHORIZATION, value);
        }
        let request = request
            .body(Empty::<Bytes>::new())
            .map_err(|_| Error::Refused {
                upstream: self.name(),
                answer: "the destination cannot be named to it".into(),
            })?;

        let response = sender.send_request(request).await.map_err(broken)?;
        match response.status() {
            status if status.is_success() => {}
            // The second is what some proxies answer to a wrong login; a tunnel has no site that could say it.
            StatusCode::PROXY_AUTHENTICATION_REQUIRED | StatusCode::UNAUTHORIZED => {
                return Err(self.login_refused());
            }
            status => {
                return Err(Error::Refused {
                    upstream: self.name(),
                    answer: format!("status {}", status.as_u16()),
                });
            }
        }
        let tunnel = hyper::upgrade::on(response).await.map_err(broken)?;
        Ok(Box::new(TokioIo::new(tunnel)))
    }

    async fn socks(&self, wire: Box<dyn Wire>, target: &Target) -> Result<Box<dyn Wire>> {
        let address = match target.host.parse::<IpAddr>() {
            Ok(ip) => TargetAddr::Ip((ip, target.port).into()),
            Err(_) => TargetAddr::Domain(target.host.as_str().into(), target.port),
        };
        let tunnel = match &self.upstream.login {
            None => Socks5Stream::connect_with_socket(wire, address).await,
            Some(Login { user, password }) => {
                let password = password.expose_secret();
                Socks5Stream::connect_with_password_and_socket(wire, address, user, password).await
            }
        };
        Ok(Box::new(tunnel.map_err(|error| self.socks_error(&error))?))
    }

    fn socks_error(&self, error: &tokio_socks::Error) -> Error {
        use tokio_socks::Error as Socks;
        let upstream = self.name();
        match error {
            Socks::Io(_) => Error::Broken { upstream },
            Socks::NoAcceptableAuthMethods
            | Socks::PasswordAuthFailure(_)
            | Socks::InvalidAuthValues(_) => self.login_refused(),
            Socks::InvalidResponseVersion
            | Socks::UnknownAuthMethod
            | Socks::UnknownError
            | Socks::InvalidReservedByte
            | Socks::UnknownAddressType => Error::Garbled { upstream },
            // The texts of these are fixed.
            other => Error::Refused {
                upstream,
                answer: other.to_string().to_lowercase(),
            },
        }
    }
}

#[cfg(test)]
#[path = "dial_tests.rs"]
mod tests;
