//! A look that panics is one that failed: a fault with one schedule must not end the others.

use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

use super::error::{Error, Result};

/// Does the work; a panic in it is [`Error::Fault`]. What the work reads is nobody else's, and what it writes is one order
/// of the store, so that nothing half done stays behind.
pub(super) async fn guarded<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut work = pin!(work);
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)))
            .unwrap_or(Poll::Ready(Err(Error::Fault)))
    })
    .await
}
