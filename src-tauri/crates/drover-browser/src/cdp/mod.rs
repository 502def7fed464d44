//! The Chrome `DevTools` Protocol over one pipe, shared by Drover and the clients of its gateways.

mod client;
mod entries;
mod envelope;
mod error;
mod framing;
mod mux;
pub mod protocol;
mod routes;
mod session;

pub use client::{Client, Delivery, LeaveReason};
pub(crate) use client::{empty_reply, refused_reply};
pub(crate) use envelope::FromClient;
pub use error::CdpError;
pub use mux::Mux;
pub use session::{Event, Session};
