use std::fmt;

use serde::{Deserialize, Serialize};

use crate::proxy::{BadProxy, ProxyAddress, percent::encoded};
use crate::token::SecretText;

/// One proxy of a pasted list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyEntry {
    /// The name that stood beside it.
    #[serde(default)]
    pub name: Option<String>,
    pub address: ProxyAddress,
    #[serde(default)]
    pub user: Option<String>,
    /// Never without a user name.
    #[serde(default)]
    pub password: Option<SecretText>,
}

impl ProxyEntry {
    /// The one line that reads as this entry whatever the default protocol is: `[name] scheme://user:password@host:port`,
    /// login percent-encoded. It holds the password, so it is for the keychain and for an export that was asked for.
    #[must_use]
    pub fn line(&self) -> SecretText {
        let url = self.url().expose();
        SecretText::new(match &self.name {
            Some(name) => {
                let fits = |c: &char| !c.is_control() && !matches!(c, '[' | ']');
                format!("[{}] {url}", name.chars().filter(fits).collect::<String>())
            }
            None => url,
        })
    }

    /// The same without the name.
    #[must_use]
    pub fn url(&self) -> SecretText {
        let address = self.address.to_string();
        let login = match (&self.user, &self.password) {
            (None, _) => return SecretText::new(address),
            (Some(user), None) => encoded(user),
            (Some(user), Some(password)) => {
                format!("{}:{}", encoded(user), encoded(&password.clone().expose()))
            }
        };
        SecretText::new(address.replacen("://", &format!("://{login}@"), 1))
    }

    /// How it is shown: with the login masked.
    #[must_use]
    pub fn masked(&self) -> String {
        let address = self.address.to_string();
        match self.user {
            Some(_) => address.replacen("://", "://••••@", 1),
            None => address,
        }
    }
}

impl fmt::Debug for ProxyEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyEntry({:?} {})", self.name, self.masked())
    }
}

/// In which order a line gives its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notation {
    /// `host:port`, then `user:password`.
    HostFirst,
    /// `user:password`, then `host:port`.
    LoginFirst,
    /// Host and port alone; what follows is a remark.
    Remark,
    /// The whole line, blanks and all, is one notation: the password holds a blank.
    Whole,
}

impl Notation {
    /// How it is written, for the question.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::HostFirst => "host:port:user:password",
            Self::LoginFirst => "user:password:host:port",
            Self::Remark => "host:port, then a remark",
            Self::Whole => "host:port:user:password with blanks in it",
        }
    }
}

/// One possible meaning of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub notation: Notation,
    pub entry: ProxyEntry,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Reading {
    /// This proxy.
    Proxy(ProxyEntry),
    /// One of these, at least two; a person has to say which.
    Ambiguous(Vec<Candidate>),
    /// Nothing that could be used.
    Bad(BadLine),
}

/// Why a line is no proxy. The text repeats nothing that could be a login.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum BadLine {
    #[error("the line is in no known notation; write it like `host:port:user:password`")]
    Unknown,
    #[error("the line is longer than a proxy can be")]
    TooLong,
    #[error("the host is missing or is no host name")]
    Host,
    #[error("the port is missing")]
    NoPort,
    #[error("the port is not a number from 1 to 65535")]
    Port,
    #[error("`{0}` is not supported; use `http`, `https`, `socks5` or `socks4`")]
    Scheme(String),
    #[error("a password needs a user name")]
    Login,
    #[error("SOCKS 4 knows user names but no passwords; use `socks5` or leave it out")]
    Socks4Password,
    #[error("an IPv6 address needs brackets, as in `[2001:db8::1]:8080`")]
    Ipv6Brackets,
    #[error("there are two proxies in the line; put each on a line of its own")]
    TwoProxies,
    #[error("a quotation mark is not closed")]
    Quotes,
}

impl From<BadProxy> for BadLine {
    fn from(bad: BadProxy) -> Self {
        match bad {
            BadProxy::Empty | BadProxy::Trailing => Self::Unknown,
            BadProxy::Scheme(scheme) => Self::Scheme(scheme),
            BadProxy::Host => Self::Host,
            BadProxy::Port(_) | BadProxy::NotAPort => Self::Port,
            BadProxy::Login => Self::Login,
            BadProxy::Socks4Password => Self::Socks4Password,
        }
    }
}
