//! Real Chromium on pages of a loopback server, and scripted programs in its place where a failure is needed.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "what a test's helpers cannot do is a failure of the test"
)]

mod closing;
mod cookie_jar;
mod endurance;
mod extending;
mod finding;
mod gateway;
mod keeping;
mod launching;
mod leaking;
mod leasing;
#[path = "../../../drover-egress/tests/support/network.rs"]
mod network;
mod overriding;
mod previewing;
mod stepping;
mod steps;
mod support;
mod tools;
mod visible;
