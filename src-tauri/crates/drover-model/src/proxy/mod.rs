//! Proxies: where a profile's traffic leaves this machine.

mod address;
mod health;
mod import;
mod percent;
mod pool;
mod record;
mod rules;
mod url;

pub use address::{BadProxy, ProxyAddress, ProxyScheme};
pub use health::{ChangeLink, ProxyHealth, ProxyState};
pub use import::{BadLine, Candidate, Notation, Paste, PastedLine, ProxyEntry, Reading};
pub use pool::{
    Choice, MemberState, NoMember, Pool, PoolMember, PoolState, PoolView, Rotation, choose,
};
pub use record::Proxy;
pub use rules::{BadRule, HostPattern, Rule, Rules, Way};
pub use url::ProxyUrl;
