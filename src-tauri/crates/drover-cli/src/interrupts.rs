//! Ctrl-C, for commands that wait. All others are simply ended by it.

use tokio::sync::mpsc;

/// Each Ctrl-C from now on.
pub(crate) struct Interrupts(mpsc::Receiver<()>);

/// Takes Ctrl-C away from the system; from now on the process ends by itself.
pub(crate) fn interrupts() -> Interrupts {
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        // An error would mean that this process has no such signal.
        while tokio::signal::ctrl_c().await.is_ok() {
            if sender.send(()).await.is_err() {
                return;
            }
        }
    });
    Interrupts(receiver)
}

impl Interrupts {
    /// Waits for the next one. It may be dropped while waiting.
    pub(crate) async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}
