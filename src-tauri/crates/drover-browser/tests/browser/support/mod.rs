//! What the tests share.

mod chrome;
mod process;
mod site;
mod steps;
mod wire;

pub(crate) use chrome::{Crash, Profile, env};
pub(crate) use process::Door;
pub(crate) use site::Site;
pub(crate) use steps::{fails, failure, page_of, run, run_in, run_with_folder, steps};
pub(crate) use wire::Wire;

use std::time::Duration;

/// Long enough for a loaded machine; only a test that fails waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Waits for something that must happen.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .unwrap_or_else(|_| panic!("{what} did not happen"))
}
