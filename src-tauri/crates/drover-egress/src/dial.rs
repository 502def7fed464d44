//! Reaching the proxy, and a destination through it. Past it goes `direct.rs` alone, where a rule of the operator says so.

use std::io;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use drover_model::proxy::Way;
use hyper::header::HeaderValue;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use secrecy::ExposeSecret;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use crate::hosts::HostTally;
use crate::report::Tally;
use crate::target::Target;
use crate::wire::{Counted, Wire};
use crate::{Error, Login, Result, Route, Upstream, UpstreamKind, connect, direct, socks, tls};

/// The buffer for the head of a request or an answer, in bytes. A head that has not ended when it is full is refused.
pub(crate) const HEAD: usize = 64 * 1024;

/// The way to one proxy.
pub(crate) struct Dialer {
    pub(crate) route: Route,
    pub(crate) tally: Arc<Tally>,
    /// Set where the way is TLS.
    tls: Option<Arc<ClientConfig>>,
    cut: watch::Sender<bool>,
}

impl Dialer {
    pub(crate) fn new(route: Route, tally: Arc<Tally>) -> Result<Dialer> {
        let tls = match route.upstream.kind {
            UpstreamKind::Https => Some(tls::system()?),
            UpstreamKind::Http | UpstreamKind::Socks4 | UpstreamKind::Socks5 => None,
        };
        Ok(Dialer::with_tls(route, tally, tls))
    }

    pub(crate) fn with_tls(
        route: Route,
        tally: Arc<Tally>,
        tls: Option<Arc<ClientConfig>>,
    ) -> Dialer {
        Dialer {
            route,
            tally,
            tls,
            cut: watch::Sender::new(false),
        }
    }

    /// Where the destination is to be reached, or the rule that forbids it.
    pub(crate) fn way(&self, target: &Target) -> Result<Way> {
        let rule = self.route.rules.first(&target.host, target.port);
        match rule.map(|rule| (rule.way, rule)) {
            None => Ok(Way::Proxy),
            Some((Way::Block, rule)) => Err(Error::Blocked {
                rule: rule.to_string(),
            }),
            Some((way, _)) => Ok(way),
        }
    }

    /// A connection to the destination, on the way that the rules give.
    pub(crate) async fn open(&self, target: &Target, host: &Arc<HostTally>) -> Result<Wire> {
        match self.way(target)? {
            Way::Direct => direct::open(self, target, host).await,
            Way::Proxy | Way::Block => self.tunnel(target, host).await,
        }
    }

    /// A tunnel to the destination, through the proxy.
    pub(crate) async fn tunnel(&self, target: &Target, host: &Arc<HostTally>) -> Result<Wire> {
        host.connected(false);
        self.in_time(async {
            match self.route.upstream.kind {
                UpstreamKind::Http | UpstreamKind::Https => {
                    connect::tunnel(self, self.reach(host).await?, target).await
                }
                UpstreamKind::Socks4 => {
                    // What cannot be asked for is not worth a connection.
                    let request = socks::four_request(self, target)?;
                    socks::four(self, self.reach(host).await?, &request).await
                }
                UpstreamKind::Socks5 => socks::five(self, self.reach(host).await?, target).await,
            }
        })
        .await
    }

    /// A connection to the proxy itself, on which whole requests are sent.
    pub(crate) async fn proxy(&self, host: &Arc<HostTally>) -> Result<Wire> {
        host.connected(false);
        self.in_time(self.reach(host)).await
    }

    /// The value of `Proxy-Authorization`, marked so that it is shown in no log.
    pub(crate) fn authorization(&self) -> Option<HeaderValue> {
        let Login { user, password } = self.route.upstream.login.as_ref()?;
        let plain = Zeroizing::new(format!("{user}:{}", password.expose_secret()));
        let basic = Zeroizing::new(format!("Basic {}", STANDARD.encode(plain.as_bytes())));
        let mut value = HeaderValue::from_str(&basic).expect("BUG: base64 is not fit for a header");
        value.set_sensitive(true);
        Some(value)
    }

    /// Ends what stands and what is about to stand on this way.
    pub(crate) fn cut(&self) {
        self.cut.send_replace(true);
    }

    /// Until it is cut.
    pub(crate) async fn until_cut(&self) {
        self.cut.subscribe().wait_for(|cut| *cut).await.ok(); // The sender is in `self`.
    }

    /// What an error in HTTP means while the proxy is talked to.
    pub(crate) fn garbled_or_broken(&self, error: &hyper::Error) -> Error {
        if error.is_parse() || error.is_parse_too_large() || error.is_parse_status() {
            self.garbled()
        } else {
            self.broken()
        }
    }

    pub(crate) fn garbled(&self) -> Error {
        Error::Garbled {
            upstream: self.name(),
        }
    }

    pub(crate) fn broken(&self) -> Error {
        Error::Broken {
            upstream: self.name(),
        }
    }

    pub(crate) fn refused(&self, answer: impl Into<String>) -> Error {
        Error::Refused {
            upstream: self.name(),
            answer: answer.into(),
        }
    }

    pub(crate) fn timed_out(&self) -> Error {
        Error::TimedOut {
            upstream: self.name(),
        }
    }

    pub(crate) fn login_refused(&self) -> Error {
        let upstream = self.name();
        match self.route.upstream.login {
            Some(_) => Error::LoginRefused { upstream },
            None => Error::LoginNeeded { upstream },
        }
    }

    pub(crate) fn name(&self) -> String {
        self.route.upstream.to_string()
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        timeout(self.route.patience.connect, work)
            .await
            .unwrap_or_else(|_| Err(self.timed_out()))
    }

    async fn reach(&self, destination: &Arc<HostTally>) -> Result<Wire> {
        let Upstream { host, port, .. } = &self.route.upstream;
        let unreachable = |source| Error::Unreachable {
            upstream: self.name(),
            source,
        };
        let tcp = TcpStream::connect((host.as_str(), *port))
            .await
            .map_err(unreachable)?;
        let line = Counted::new(tcp, Arc::clone(&self.tally), Arc::clone(destination))
            .map_err(unreachable)?;
        let Some(config) = &self.tls else {
            return Ok(Wire::plain(line));
        };
        let failed = |source| Error::Tls {
            upstream: self.name(),
            source,
        };
        let name =
            ServerName::try_from(host.clone()).map_err(|error| failed(io::Error::other(error)))?;
        let line = TlsConnector::from(Arc::clone(config))
            .connect(name, line)
            .await
            .map_err(failed)?;
        Ok(Wire::tls(line))
    }
}

#[cfg(test)]
#[path = "dial_tests.rs"]
mod tests;
