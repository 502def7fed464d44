//! Real Chromium on pages of a loopback server, and scripted programs in its place where a failure is needed.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "what a test's helpers cannot do is a failure of the test"
)]

mod closing;
mod finding;
mod gateway;
mod launching;
mod playwright;
mod stepping;
mod support;
mod visible;
