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
}

impl Error {
    pub fn kind(&self) -> FailureKind {
        match self {
            Error::Listen(_) | Error::Roots | Error::Unreachable { .. } | Error::Tls { .. } => {
                FailureKind::Unreachable
            }
            Error::TimedOut { .. } => FailureKind::TimedOut,
            Error::LoginNeeded { .. } | Error::LoginRefused { .. } => FailureKind::Login,
            Error::Refused { .. } => FailureKind::Refused,
            Error::Garbled { .. } => FailureKind::Garbled,
            Error::Broken { .. } => FailureKind::Broken,
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
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
