//! One small request over HTTP, for looking after proxies.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, HOST, HeaderValue, LOCATION, PROXY_AUTHORIZATION, USER_AGENT};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;

use crate::dial::{Dialer, HEAD};
use crate::target::Target;

/// Bytes of an answer that are read at most.
const LONGEST: usize = 64 * 1024;

/// Why a site could not be asked. No variant holds the address, which may carry a token, or what was answered.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("the address is no `http://` or `https://` URL")]
    Url,
    #[error("failed to reach the site")]
    Reach(#[source] io::Error),
    #[error("failed to set up TLS with the site")]
    Tls(#[source] io::Error),
    #[error("the site did not answer in time")]
    TimedOut,
    #[error("the site ended the connection, or answered with something that is not HTTP")]
    Broken,
    #[error("the site answered with status {0}")]
    Status(u16),
    #[error("the site answered with more than {LONGEST} bytes")]
    TooLong,
    #[error("the site sent on more than {0} times")]
    TooManyRedirects(usize),
    #[error(
        "the site sent on from `https://` to `http://`, where the token in the address could be read by others"
    )]
    Downgrade,
}

/// An address that can be asked.
pub(crate) struct Url {
    pub(crate) uri: Uri,
    pub(crate) target: Target,
    pub(crate) tls: bool,
}

impl Url {
    pub(crate) fn new(text: &str) -> Result<Url, FetchError> {
        Url::of(text.trim().parse().map_err(|_| FetchError::Url)?)
    }

    fn of(uri: Uri) -> Result<Url, FetchError> {
        let (tls, port) = match uri.scheme_str() {
            Some("http") => (false, 80),
            Some("https") => (true, 443),
            _ => return Err(FetchError::Url),
        };
        let host = uri.host().ok_or(FetchError::Url)?;
        // A login in the address would have to be sent as a header, which nobody asked for.
        if uri
            .authority()
            .is_some_and(|all| all.as_str().contains('@'))
        {
            return Err(FetchError::Url);
        }
        let target = Target::new(host, uri.port_u16().unwrap_or(port)).ok_or(FetchError::Url)?;
        Ok(Url { uri, target, tls })
    }

    /// Where an answer sends on to.
    pub(crate) fn join(&self, location: &str) -> Result<Url, FetchError> {
        let next = match location.parse::<Uri>() {
            Ok(uri) if uri.scheme().is_some() => uri,
            _ if has_scheme(location) => return Err(FetchError::Url),
            _ if location.starts_with("//") => {
                let scheme = if self.tls { "https" } else { "http" };
                let whole = format!("{scheme}:{location}");
                whole.parse().map_err(|_| FetchError::Url)?
            }
            _ => {
                let mut parts = self.uri.clone().into_parts();
                let folder = self
                    .uri
                    .path()
                    .rsplit_once('/')
                    .map_or("", |(path, _)| path);
                let path = if location.starts_with('/') {
                    location.to_owned()
                } else {
                    format!("{folder}/{location}")
                };
                parts.path_and_query = Some(path.parse().map_err(|_| FetchError::Url)?);
                Uri::from_parts(parts).map_err(|_| FetchError::Url)?
            }
        };
        let next = Url::of(next)?;
        if self.tls && !next.tls {
            return Err(FetchError::Downgrade);
        }
        Ok(next)
    }
}

/// Whether a location starts with the name of a protocol (RFC 3986, section 4.2).
fn has_scheme(location: &str) -> bool {
    location.split_once(':').is_some_and(|(word, _)| {
        word.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) body: Bytes,
    /// From the request until the first byte of the answer.
    pub(crate) first_byte: Duration,
}

/// Asks over a connection that stands: to the site itself, or, with `through`, to an HTTP proxy that asks it.
pub(crate) async fn get(
    wire: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    url: &Url,
    tls: Option<Arc<ClientConfig>>,
    through: Option<&Dialer>,
) -> Result<Answer, FetchError> {
    let Some(config) = tls.filter(|_| url.tls) else {
        return ask(wire, url, through).await;
    };
    let name = ServerName::try_from(url.target.host.clone())
        .map_err(|error| FetchError::Tls(io::Error::other(error)))?;
    let wire = TlsConnector::from(config)
        .connect(name, wire)
        .await
        .map_err(FetchError::Tls)?;
    ask(wire, url, None).await
}

async fn ask(
    wire: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    url: &Url,
    through: Option<&Dialer>,
) -> Result<Answer, FetchError> {
    let path = url.uri.path_and_query().map_or("/", |path| path.as_str());
    let uri = match through {
        Some(_) => url.uri.to_string(),
        None if path.starts_with('/') => path.to_owned(),
        None => format!("/{path}"),
    };
    let authority = url.uri.authority().ok_or(FetchError::Url)?;
    let mut request = Request::get(uri)
        .header(HOST, authority.as_str())
        .header(USER_AGENT, HeaderValue::from_static("Drover"))
        .header(
            ACCEPT,
            HeaderValue::from_static("text/plain, application/json, */*"),
        );
    if let Some(value) = through.and_then(Dialer::authorization) {
        request = request.header(PROXY_AUTHORIZATION, value);
    }
    let request = request
        .body(Empty::<Bytes>::new())
        .map_err(|_| FetchError::Url)?;

    let broken = |_| FetchError::Broken;
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD)
        .handshake(TokioIo::new(wire))
        .await
        .map_err(broken)?;
    // It ends when `sender` and the body of the answer are dropped.
    tokio::spawn(connection);
    let start = Instant::now();
    let response = sender.send_request(request).await.map_err(broken)?;
    let first_byte = start.elapsed();
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|to| to.to_str().ok()).map(str::to_owned);
    let status = response.status();
    let body = Limited::new(response.into_body(), LONGEST)
        .collect()
        .await
        .map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() {
                FetchError::TooLong
            } else {
                FetchError::Broken
            }
        })?;
    Ok(Answer {
        status,
        location,
        body: body.to_bytes(),
        first_byte,
    })
}
