//! File work that may wait for a disk, kept off the threads that serve everybody.

use std::sync::atomic::AtomicBool;

use drover_browser::keeping::Job;
use tokio::sync::oneshot;

/// Runs `work` on a thread of its own and waits for its answer.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (answer, answered) = oneshot::channel();
    std::thread::Builder::new()
        .name("drover-files".to_owned())
        .spawn(move || {
            // The caller may be gone; then nobody wants the answer.
            answer.send(work()).ok();
        })
        .expect("BUG: the system has a thread to spare");
    answered.await.expect("BUG: file work does not panic")
}

/// Long work on files that nobody watches or stops.
pub(crate) fn unwatched<T>(work: impl FnOnce(&Job<'_>) -> T) -> T {
    let never = AtomicBool::new(false);
    work(&Job::new(&never, &|_| {}))
}
