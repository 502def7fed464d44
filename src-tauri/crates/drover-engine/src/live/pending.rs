//! What a view has not been told yet.

use std::sync::Mutex;

use drover_model::RunBatch;
use tokio::sync::Notify;

/// The most lines that wait for one view. What is over it is read from the file instead.
const MAX_LINES: usize = 2_000;

/// The next batch of one view, merged as it grows.
#[derive(Default)]
pub(super) struct Mailbox {
    batch: Mutex<State>,
    news: Notify,
}

#[derive(Default)]
struct State {
    batch: RunBatch,
    filled: bool,
    closed: bool,
}

impl Mailbox {
    /// Adds news; states and progress overwrite older ones, lines append.
    pub(super) fn add(&self, news: impl Fn(&mut RunBatch)) {
        let mut state = self
            .batch
            .lock()
            .expect("BUG: nothing panics while it is held");
        news(&mut state.batch);
        state.filled = true;
        // The oldest waiting lines go; the reader sees the jump in their numbers and reads the file.
        let surplus = state.batch.lines.len().saturating_sub(MAX_LINES);
        state.batch.lines.drain(..surplus);
        drop(state);
        self.news.notify_one();
    }

    /// Ends the view's stream.
    pub(super) fn close(&self) {
        self.batch
            .lock()
            .expect("BUG: nothing panics while it is held")
            .closed = true;
        self.news.notify_one();
    }

    /// Waits for news; `None` when the stream was ended.
    pub(super) async fn next(&self) -> Option<()> {
        loop {
            {
                let state = self
                    .batch
                    .lock()
                    .expect("BUG: nothing panics while it is held");
                if state.closed {
                    return None;
                }
                if state.filled {
                    return Some(());
                }
            }
            self.news.notified().await;
        }
    }

    /// What has gathered.
    pub(super) fn take(&self) -> RunBatch {
        let mut state = self
            .batch
            .lock()
            .expect("BUG: nothing panics while it is held");
        state.filled = false;
        std::mem::take(&mut state.batch)
    }
}
