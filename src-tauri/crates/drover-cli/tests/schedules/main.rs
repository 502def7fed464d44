//! Schedules by the real program: what its verbs say and do, and what of a schedule is left after a night of sleep and
//! after the program was killed.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "what a test's helpers cannot do is a failure of the test"
)]

mod batches;
mod gates;
#[cfg(debug_assertions)]
mod killed;
#[cfg(debug_assertions)]
mod missed;
#[cfg(debug_assertions)]
mod night;
mod support;
mod verbs;
