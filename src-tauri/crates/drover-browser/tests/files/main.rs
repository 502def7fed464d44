//! What is done with files alone: cookie files, packages of extensions, and the folders of stopped profiles.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "what a test's helpers cannot do is a failure of the test"
)]

mod bundles;
mod cookie_files;
mod foreign;
mod packages;
mod snapshots;
mod support;
mod sweeping;
