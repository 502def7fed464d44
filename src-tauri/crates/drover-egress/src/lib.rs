//! The egress gateway: the one way out for the traffic of a profile that has a proxy.
//!
//! Chrome speaks plain HTTP proxy to a [`Gateway`] on the loopback address; the gateway speaks to the proxy, with TLS
//! or SOCKS and with a login, none of which Chrome needs to know. It fails closed: when the proxy cannot be used, the
//! request is answered with an error that names the reason. A connection to the destination is made from here only
//! where the operator wrote a rule that says `DIRECT`, and only then is its name resolved here; all other names travel
//! to the proxy. The proxy can be changed while Chrome runs.
//!
//! It also looks after proxies: [`check`] and [`probe`] say whether one works and which address the world sees, and
//! [`change_address`] asks a provider for another one.
//!
//! It is not a cache, it reads nothing inside a tunnel, and it decides nothing: rules come from outside.

mod body;
mod carry;
mod change;
mod check;
mod connect;
mod dial;
mod direct;
mod error;
mod exit;
mod fetch;
mod forward;
mod gateway;
mod hosts;
#[cfg_attr(target_os = "linux", path = "peer/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "peer/other.rs")]
mod peer;
mod probe;
mod report;
mod route;
mod serve;
mod socks;
mod target;
mod tls;
mod tunnel;
mod upstream;
mod wire;

pub use change::{ChangeError, change_address};
pub use check::{check, login, reach};
pub use error::{Error, FailureKind, Result};
pub use fetch::FetchError;
pub use gateway::Gateway;
pub use hosts::{HostTraffic, Traffic};
pub use probe::{Health, ProbeError, probe};
pub use report::Report;
pub use route::{Old, Patience, Route};
pub use upstream::{Login, Upstream, UpstreamKind};
