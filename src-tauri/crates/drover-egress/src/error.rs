use std::fmt;
use std::io;

pub type Result<T> = std::result::Result<T, Error>;

/// Why traffic could not go out. `upstream` is the address of the proxy; no variant holds a login.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("failed to listen on the loopback address")]
    Listen(#[source] io::Error),
    #[error("failed to load the root certificates of this system")]
    Roots,
    #[error("failed to reach the proxy `{upstream}`")]
    Unreachable { upstream: String, source: io::Error },
    #[error("failed to set up TLS with the proxy `{upstream}`")]
    Tls { upstream: String, source: io::Error },
    #[error("the proxy `{upstream}` did not answer in time")]
    TimedOut { upstream: String },
    #[error("the proxy `{upstream}` wants a login")]
    LoginNeeded { upstream: String },
    #[error("the proxy `{upstream}` refused the login")]
    LoginRefused { upstream: String },
    #[error("the proxy `{upstream}` did not connect: {answer}")]
    Refused { upstream: String, answer: String },
    #[error("the proxy `{upstream}` answered with something that is not its protocol")]
    Garbled { upstream: String },
    #[error("the proxy `{upstream}` ended the connection")]
    Broken { upstream: String },
    #[error("the proxy `{upstream}` cannot do this: {reason}")]
    Unsupported {
        upstream: String,
        reason: &'static str,
    },
    /// By a rule of the operator; `rule` is how it is written.
    #[error("blocked by the rule `{rule}`")]
    Blocked { rule: String },
    #[error("failed to reach a destination that goes past the proxy")]
    Direct(#[source] io::Error),
    #[error("the connection was cut, because the proxy was changed")]
    Cut,
}

/// The kinds of failure that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// The proxy cannot be reached, or its certificate is not good.
    Unreachable,
    /// It did not answer in time.
    TimedOut,
    /// It wants a login, or another one.
    Login,
    /// It answered that it cannot or will not connect.
    Refused,
    /// What it answered is not its protocol.
    Garbled,
    /// It ended the connection before the answer or in the middle of it.
    Broken,
    /// A destination that goes past the proxy, by a rule, could not be reached.
    Direct,
    /// A rule forbids the destination.
    Blocked,
    /// The connection was ended here, because the proxy was changed.
    Cut,
}

impl Error {
    pub fn kind(&self) -> FailureKind {
        match self {
            Error::Listen(_) | Error::Roots | Error::Unreachable { .. } | Error::Tls { .. } => {
                FailureKind::Unreachable
            }
            Error::TimedOut { .. } => FailureKind::TimedOut,
            Error::LoginNeeded { .. } | Error::LoginRefused { .. } => FailureKind::Login,
            Error::Refused { .. } | Error::Unsupported { .. } => FailureKind::Refused,
            Error::Garbled { .. } => FailureKind::Garbled,
            Error::Broken { .. } => FailureKind::Broken,
            Error::Direct(_) => FailureKind::Direct,
            Error::Blocked { .. } => FailureKind::Blocked,
            Error::Cut => FailureKind::Cut,
        }
    }

    /// What to do about it, as an order.
    pub fn hint(&self) -> &'static str {
        match self {
            Error::Listen(_) => "free some ports or file handles, then try again",
            Error::Roots => "install the root certificates of this system (`ca-certificates`)",
            Error::Unreachable { .. } => {
                "check host and port, and whether the proxy is up and lets this machine in"
            }
            Error::Tls { .. } => {
                "use `http://` if the proxy speaks no TLS, or give the host that its certificate names"
            }
            Error::TimedOut { .. } => "try again later, or use another proxy",
            Error::LoginNeeded { .. } => "give the user name and password of the provider",
            Error::LoginRefused { .. } => {
                "check user name and password, and whether the provider lets this machine in"
            }
            Error::Refused { .. } => "check whether the provider allows this destination and port",
            Error::Garbled { .. } => {
                "check the protocol and the port: another one may listen there, such as SOCKS or TLS"
            }
            Error::Broken { .. } => {
                "check the protocol and the login; some proxies hang up instead of answering"
            }
            Error::Unsupported { .. } => "use the proxy by SOCKS 5 or HTTP, if it offers that",
            Error::Blocked { .. } => "change the rule if the destination is wanted",
            Error::Direct(_) => "check the destination, or send it through the proxy",
            Error::Cut => "load the page again",
        }
    }

    /// The error with its causes, in one line.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

impl FailureKind {
    pub fn as_str(self) -> &'static str {
        match self {
            FailureKind::Unreachable => "unreachable",
            FailureKind::TimedOut => "timed_out",
            FailureKind::Login => "login",
            FailureKind::Refused => "refused",
            FailureKind::Garbled => "garbled",
            FailureKind::Broken => "broken",
            FailureKind::Direct => "direct",
            FailureKind::Blocked => "blocked",
            FailureKind::Cut => "cut",
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
