//! What the app asks of Windows.

/// Windows writes no core files by itself.
pub(crate) fn no_core_dumps() {}

/// Waits until the terminal asks the app to end.
pub(crate) async fn asked_to_end() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
