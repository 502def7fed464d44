//! Lives of Drover that end or stand still without a warning: what the next one finds, and what outlives them.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "what a test's helpers cannot do is a failure of the test"
)]

mod after;
mod held;
mod killing;
mod life;
mod parricide;
