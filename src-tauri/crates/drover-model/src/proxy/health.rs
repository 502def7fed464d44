use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Span;

/// What the last check of a proxy found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxyHealth {
    pub checked_at: Timestamp,
    #[serde(flatten)]
    pub state: ProxyState,
}

/// Whether it works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ProxyState {
    Works {
        /// The address that the echo service saw.
        exit: IpAddr,
        /// Until the way to the echo service stood, login included.
        connect_ms: u64,
        /// From the request until the first byte of the answer.
        first_byte_ms: u64,
    },
    Fails {
        /// A word for programs, such as `login`, `unreachable` or `echo`.
        failure: String,
        /// In words, without a login.
        message: String,
        /// What to do about it.
        hint: String,
    },
}

impl ProxyState {
    /// Whether traffic can go through.
    #[must_use]
    pub const fn works(&self) -> bool {
        matches!(self, Self::Works { .. })
    }
}

/// The provider's link by which a proxy gets another address. The link itself may hold a token, so it is in the
/// keychain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeLink {
    /// The least time between two calls: providers lock out who asks too often.
    pub pause: Span,
    /// When it was called last.
    #[serde(default)]
    pub called_at: Option<Timestamp>,
}

impl ChangeLink {
    /// The pause where none was given.
    pub const PAUSE: Span = Span::seconds(60);
}
