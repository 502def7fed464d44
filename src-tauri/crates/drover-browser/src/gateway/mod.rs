//! The door through which user code of one run drives the browser: a websocket on loopback behind a secret path.

mod counts;
mod handshake;
mod listener;
mod peer;
mod policy;
mod relay;
mod token;

pub use counts::MethodCounts;
pub(crate) use listener::open;
pub use listener::{Gateway, GatewayOptions};
