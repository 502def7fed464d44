//! The engine with a real database, real processes and a real browser.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up or go on has failed"
)]

mod batches;
#[cfg(target_os = "linux")]
mod disks;
mod logins;
mod missed;
mod nights;
mod projects;
mod proxies;
mod retention;
mod runs;
mod schedules;
mod support;
