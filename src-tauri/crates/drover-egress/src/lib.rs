//! The egress gateway: the one way out for the traffic of a profile that has a proxy.
//!
//! Chrome speaks plain HTTP proxy to a [`Gateway`] on the loopback address; the gateway speaks to the proxy, with TLS
//! or SOCKS and with a login, none of which Chrome needs to know. It fails closed: when the proxy cannot be used, the
//! request is answered with an error that names the reason, and no connection to the destination is ever made from
//! here. Names of destinations are not resolved here either, they travel to the proxy.
//!
//! It is not a cache, it reads nothing inside a tunnel, and it takes no decision about which traffic may go where.

mod check;
mod dial;
mod error;
mod forward;
mod gateway;
#[cfg_attr(target_os = "linux", path = "peer/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "peer/other.rs")]
mod peer;
mod report;
mod serve;
mod target;
mod tls;
mod tunnel;
mod upstream;
mod wire;

pub use check::{check, reach};
pub use error::{Error, FailureKind, Result};
pub use gateway::Gateway;
pub use report::Report;
pub use upstream::{Login, Upstream, UpstreamKind};
