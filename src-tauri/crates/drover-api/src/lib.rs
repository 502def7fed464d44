//! The owner-only local socket over the engine: how `drover-cli` and other programs of the
//! same user reach a Drover that is running, in JSON lines.
//!
//! What it is not: no network port, and no second set of use cases. A call over the socket
//! is the engine's own method, found by the name of its request.

mod answers;
mod call_failed;
mod client;
mod connection;
mod dispatch;
mod lines;
mod outbox;
mod run_stream;
mod serve;
#[cfg_attr(unix, path = "socket/unix.rs")]
#[cfg_attr(windows, path = "socket/windows.rs")]
mod socket;
mod wire;

pub use answers::{Answers, OnBatch, Watch};
pub use client::{Client, ConnectError};
pub use dispatch::dispatch;
pub use run_stream::{RunStream, watch_engine};
pub use serve::{ServeError, Served, serve, serve_with};
