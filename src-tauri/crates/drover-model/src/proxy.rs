//! Proxies: where a profile's traffic leaves this machine.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de};

use crate::{Name, ProxyId};

/// The protocol that the upstream proxy speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyScheme {
    /// HTTP with CONNECT (RFC 9110, section 9.3.6).
    Http,
    /// The same inside TLS.
    Https,
    /// SOCKS 5 (RFC 1928), names resolved by the proxy.
    Socks5,
}

impl ProxyScheme {
    /// As written in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks5 => "socks5",
        }
    }

    const fn default_port(self) -> u16 {
        match self {
            Self::Http => 8080,
            Self::Https => 443,
            Self::Socks5 => 1080,
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
    #[error("`{0}://` is not supported; use `http://`, `https://` or `socks5://`")]
    Scheme(String),
    #[error("the host is missing or holds characters that no host name has")]
    Host,
    #[error("`{0}` is not a port; use a number from 1 to 65535")]
    Port(String),
    #[error("nothing may follow the port")]
    Trailing,
    #[error("a password needs a user name before it, as in `user:password@host`")]
    Login,
}

/// A proxy address as people paste it, perhaps with a login in it.
/// The login is taken apart at once, because only the address may be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyUrl {
    /// Where the proxy listens.
    pub address: ProxyAddress,
    /// The user name, percent-decoded.
    pub user: Option<String>,
    /// The password, percent-decoded. It belongs into the keychain.
    pub password: Option<String>,
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = if self.user.is_some() {
            " with a login"
        } else {
            ""
        };
        write!(f, "ProxyUrl({}{login})", self.address)
    }
}

impl FromStr for ProxyUrl {
    type Err = BadProxy;

    fn from_str(text: &str) -> Result<Self, BadProxy> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadProxy::Empty);
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (parse_scheme(scheme)?, rest),
            None => (ProxyScheme::Http, text),
        };
        // The last `@` ends the login, since a password may hold one.
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(login), place),
            None => (None, rest),
        };
        let place = place.strip_suffix('/').unwrap_or(place);
        let (user, password) = match login {
            None => (None, None),
            Some(login) => {
                let (user, password) = login.split_once(':').unwrap_or((login, ""));
                if user.is_empty() {
                    return Err(BadProxy::Login);
                }
                (
                    Some(percent_decoded(user)),
                    (!password.is_empty()).then(|| percent_decoded(password)),
                )
            }
        };
        let (host, port) = parse_place(place, scheme)?;
        Ok(Self {
            address: ProxyAddress { scheme, host, port },
            user,
            password,
        })
    }
}

fn parse_scheme(text: &str) -> Result<ProxyScheme, BadProxy> {
    match text.to_ascii_lowercase().as_str() {
        "http" => Ok(ProxyScheme::Http),
        "https" => Ok(ProxyScheme::Https),
        "socks5" | "socks5h" | "socks" => Ok(ProxyScheme::Socks5),
        _ => Err(BadProxy::Scheme(
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .take(16)
                .collect(),
        )),
    }
}

fn parse_place(place: &str, scheme: ProxyScheme) -> Result<(String, u16), BadProxy> {
    let (host, port) = if let Some(rest) = place.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(BadProxy::Host)?;
        host.parse::<std::net::Ipv6Addr>()
            .map_err(|_| BadProxy::Host)?;
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
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | ':');
    if host.is_empty() || host.len() > 253 || !host.chars().all(fits) {
        return Err(BadProxy::Host);
    }
    let port = match port {
        None => scheme.default_port(),
        Some(port) if port.contains('/') => return Err(BadProxy::Trailing),
        Some(port) => match port.parse() {
            Ok(port @ 1..) => port,
            _ => return Err(BadProxy::Port(port.chars().take(16).collect())),
        },
    };
    Ok((host.to_ascii_lowercase(), port))
}

/// Percent-decoding as in RFC 3986, section 2.1; what is not a valid escape stays as it is.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte =
            escape.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
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

/// A proxy that profiles and tasks can name. Its password, if it has one, is in the
/// keychain under the proxy's own id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proxy {
    pub id: ProxyId,
    pub name: Name,
    pub address: ProxyAddress,
    /// The user name, where the proxy wants a login.
    pub user: Option<String>,
    /// Whether the keychain holds a password for it.
    pub has_password: bool,
    /// Names of the living profiles that use it. Filled by queries, never stored.
    #[serde(default)]
    pub used_by: Vec<Name>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Proxy {
    /// How it is shown everywhere: with the login masked.
    #[must_use]
    pub fn masked(&self) -> String {
        let address = self.address.to_string();
        match self.user {
            Some(_) => address.replacen("://", "://••••@", 1),
            None => address,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, address: &str, user: Option<&str>, password: Option<&str>) {
        let url: ProxyUrl = text
            .parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(url.address.to_string(), address, "{text}");
        assert_eq!(
            (url.user.as_deref(), url.password.as_deref()),
            (user, password),
            "{text}"
        );
    }

    #[test]
    fn usual_addresses_are_read() {
        check("http://host:8080", "http://host:8080", None, None);
        check("host:3128", "http://host:3128", None, None);
        check(
            "SOCKS5://Eu-1.Example:1080/",
            "socks5://eu-1.example:1080",
            None,
            None,
        );
        check(
            "http://user:p%40ss@10.0.0.1:80",
            "http://10.0.0.1:80",
            Some("user"),
            Some("p@ss"),
        );
        check(
            "http://user:p@ss@h:80",
            "http://h:80",
            Some("user"),
            Some("p@ss"),
        );
        check("https://[::1]:8443", "https://[::1]:8443", None, None);
        check("socks5://h", "socks5://h:1080", None, None);
    }

    #[test]
    fn bad_addresses_say_what_is_wrong() {
        let say = |text: &str| text.parse::<ProxyUrl>().unwrap_err().to_string();
        assert_eq!(
            say("ftp://h:1"),
            "`ftp://` is not supported; use `http://`, `https://` or `socks5://`"
        );
        assert_eq!(
            say("http://h:99999"),
            "`99999` is not a port; use a number from 1 to 65535"
        );
        assert_eq!(
            say("http://h:0"),
            "`0` is not a port; use a number from 1 to 65535"
        );
        assert_eq!(
            say("http://:80"),
            "the host is missing or holds characters that no host name has"
        );
        assert_eq!(
            say("http://:secret@h:80"),
            "a password needs a user name before it, as in `user:password@host`"
        );
        assert_eq!(say("http://h:80/path"), "nothing may follow the port");
        assert_eq!(
            say("  "),
            "an address is needed, for example `http://proxy.example:8080`"
        );
    }

    #[test]
    fn a_login_is_never_printed() {
        let url: ProxyUrl = "http://anna:canary-1@h:80".parse().unwrap();
        assert_eq!(format!("{url:?}"), "ProxyUrl(http://h:80 with a login)");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,40}") {
            text.parse::<ProxyUrl>().ok();
        }

        #[test]
        fn an_address_survives_its_text(host in "[a-z][a-z0-9.-]{0,20}", port in 1_u16.., scheme in 0_usize..3) {
            let text = format!("{}://{host}:{port}", ["http", "https", "socks5"][scheme]);
            let address: ProxyAddress = text.parse().unwrap();
            prop_assert_eq!(address.to_string(), text);
        }
    }
}
