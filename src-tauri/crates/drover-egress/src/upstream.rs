use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// The proxy behind the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    pub kind: UpstreamKind,
    /// A name or an address, an IPv6 one without brackets.
    pub host: String,
    pub port: u16,
    pub login: Option<Login>,
}

/// What the proxy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamKind {
    /// HTTP; tunnels by `CONNECT` (RFC 9110, section 9.3.6), login by `Basic` (RFC 7617).
    Http,
    /// The same inside TLS. The certificate must be good for the host, by the roots of the operating system.
    Https,
    /// SOCKS version 4, names in the form of 4a. It has a user id, which is the login's user, and no password: that is
    /// never sent. IPv6 destinations cannot be named to it.
    Socks4,
    /// SOCKS version 5 (RFC 1928), login by RFC 1929.
    Socks5,
}

/// The user name and password for the proxy. They stay in memory, and are sent to the proxy alone.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub password: SecretString,
}

impl PartialEq for Login {
    fn eq(&self, other: &Self) -> bool {
        // Both are Drover's own, so the time that this takes tells nobody anything.
        self.user == other.user && self.password.expose_secret() == other.password.expose_secret()
    }
}

impl Eq for Login {}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The user name is hidden too: providers put session ids and account names into it.
        f.write_str("Login(..)")
    }
}

impl fmt::Display for UpstreamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UpstreamKind::Http => "http",
            UpstreamKind::Https => "https",
            UpstreamKind::Socks4 => "socks4",
            UpstreamKind::Socks5 => "socks5",
        })
    }
}

/// The address without the login, as it is shown.
impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Upstream {
            kind, host, port, ..
        } = self;
        if host.contains(':') {
            write!(f, "{kind}://[{host}]:{port}")
        } else {
            write!(f, "{kind}://{host}:{port}")
        }
    }
}
