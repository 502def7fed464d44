//! What went through the proxy of an attempt.

use std::{collections::BTreeMap, net::IpAddr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Kept with the attempt as evidence: how much went where, what failed, and the address that the world saw.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NetworkUse {
    /// What the last check of the proxy before or during the attempt found; none where nobody checked it.
    pub exit: Option<IpAddr>,
    /// When that was found.
    pub exit_at: Option<Timestamp>,
    /// Connections that the browser opened.
    pub connections: u64,
    /// Bytes on the wire.
    pub bytes_up: u64,
    pub bytes_down: u64,
    /// Requests that a rule forbade.
    pub blocked: u64,
    /// How often the proxy was changed meanwhile.
    pub switches: u64,
    /// What did not work, by a word such as `unreachable` or `login`.
    pub failures: BTreeMap<String, u64>,
    /// The last of it in words, without destination and login.
    pub last_error: Option<String>,
    /// By destination, those with the most bytes first; at most [`NetworkUse::HOSTS`].
    pub hosts: Vec<HostUse>,
    /// How many further destinations there were.
    pub other_hosts: u64,
}

impl NetworkUse {
    /// The most destinations that are kept of an attempt.
    pub const HOSTS: usize = 50;
}

/// What went to one destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostUse {
    /// A name or an address, without the port.
    pub host: String,
    pub connections: u64,
    /// How many of them went past the proxy, by a rule.
    pub direct: u64,
    pub bytes_up: u64,
    pub bytes_down: u64,
    pub failures: u64,
}
