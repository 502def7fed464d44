use std::{fmt, net::Ipv6Addr, str::FromStr};

use serde::{Deserialize, Serialize, de};

use super::ProxyUrl;

/// The protocol that the upstream proxy speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyScheme {
    /// HTTP with CONNECT (RFC 9110, section 9.3.6).
    Http,
    /// The same inside TLS.
    Https,
    /// SOCKS 4, with names in the form of 4a: resolved by the proxy, a user name but no password, no IPv6 destinations.
    Socks4,
    /// SOCKS 5 (RFC 1928), names resolved by the proxy.
    Socks5,
}

impl ProxyScheme {
    /// Every protocol, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Http, Self::Https, Self::Socks5, Self::Socks4];

    /// As written in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks4 => "socks4",
            Self::Socks5 => "socks5",
        }
    }

    const fn default_port(self) -> u16 {
        match self {
            Self::Http => 8080,
            Self::Https => 443,
            Self::Socks4 | Self::Socks5 => 1080,
        }
    }
}

/// Where a proxy listens. It holds no login, so it may be shown and stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProxyAddress {
    scheme: ProxyScheme,
    host: String,
    port: u16,
}

impl ProxyAddress {
    /// An address from its parts; an IPv6 host without brackets.
    pub fn new(scheme: ProxyScheme, host: &str, port: u16) -> Result<Self, BadProxy> {
        if port == 0 {
            return Err(BadProxy::Port("0".to_owned()));
        }
        Ok(Self {
            scheme,
            host: parse_host(host)?,
            port,
        })
    }

    /// The protocol.
    #[must_use]
    pub const fn scheme(&self) -> ProxyScheme {
        self.scheme
    }

    /// A name or an IP address; IPv6 without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The TCP port, never 0.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = if self.host.contains(':') {
            ("[", "]")
        } else {
            ("", "")
        };
        write!(
            f,
            "{}://{open}{}{close}:{}",
            self.scheme.as_str(),
            self.host,
            self.port
        )
    }
}

/// Why an address is no proxy address. The text never repeats a login.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadProxy {
    #[error("an address is needed, for example `http://proxy.example:8080`")]
    Empty,
    #[error("`{0}://` is not supported; use `http://`, `https://`, `socks5://` or `socks4://`")]
    Scheme(String),
    #[error("the host is missing or holds characters that no host name has")]
    Host,
    #[error("`{0}` is not a port; use a number from 1 to 65535")]
    Port(String),
    #[error("what follows the host is not a port; use a number from 1 to 65535")]
    NotAPort,
    #[error("nothing may follow the port")]
    Trailing,
    #[error("a password needs a user name before it, as in `user:password@host`")]
    Login,
    #[error("SOCKS 4 knows user names but no passwords; use `socks5://` or leave it out")]
    Socks4Password,
}

/// The protocol of a word such as `http` or `SOCKS5h`.
pub(super) fn parse_scheme(text: &str) -> Result<ProxyScheme, BadProxy> {
    match text.to_ascii_lowercase().as_str() {
        "http" => Ok(ProxyScheme::Http),
        "https" => Ok(ProxyScheme::Https),
        "socks4" | "socks4a" => Ok(ProxyScheme::Socks4),
        "socks5" | "socks5h" | "socks" => Ok(ProxyScheme::Socks5),
        _ => Err(BadProxy::Scheme(
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .take(16)
                .collect(),
        )),
    }
}

/// `host`, `host:port` or `[IPv6]:port`.
pub(super) fn parse_place(place: &str, scheme: ProxyScheme) -> Result<ProxyAddress, BadProxy> {
    let (host, port) = if let Some(rest) = place.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(BadProxy::Host)?;
        host.parse::<Ipv6Addr>().map_err(|_| BadProxy::Host)?;
        match after.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if after.is_empty() => (host, None),
            None => return Err(BadProxy::Trailing),
        }
    } else {
        match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        }
    };
    let host = parse_host(host)?;
    let port = match port {
        None => scheme.default_port(),
        Some(port) if port.contains('/') => return Err(BadProxy::Trailing),
        Some(port) => parse_port(port)?,
    };
    Ok(ProxyAddress { scheme, host, port })
}

/// A port in digits. Anything else may be a password in the wrong place, so it is not repeated.
pub(super) fn parse_port(text: &str) -> Result<u16, BadProxy> {
    if text.is_empty() || text.len() > 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BadProxy::NotAPort);
    }
    match text.parse() {
        Ok(port @ 1..) => Ok(port),
        _ => Err(BadProxy::Port(text.to_owned())),
    }
}

/// A host name or address in lower case; IPv6 without brackets, in its usual form.
fn parse_host(host: &str) -> Result<String, BadProxy> {
    if host.contains(':') {
        let ip = host.parse::<Ipv6Addr>().map_err(|_| BadProxy::Host)?;
        return Ok(ip.to_string());
    }
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    if host.is_empty() || host.len() > 253 || !host.chars().all(fits) {
        return Err(BadProxy::Host);
    }
    Ok(host.to_ascii_lowercase())
}

impl FromStr for ProxyAddress {
    type Err = BadProxy;

    /// Takes an address without a login.
    fn from_str(text: &str) -> Result<Self, BadProxy> {
        let url: ProxyUrl = text.parse()?;
        if url.user.is_some() {
            Err(BadProxy::Login)
        } else {
            Ok(url.address)
        }
    }
}

impl Serialize for ProxyAddress {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ProxyAddress {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?
            .parse()
            .map_err(de::Error::custom)
    }
}
