//! Both ends of a gateway under test: sites and proxies behind it, a client in front of it.

pub(crate) mod client;
pub(crate) mod network;
pub(crate) mod origin;
pub(crate) mod proxies;
pub(crate) mod script;
pub(crate) mod tls;
