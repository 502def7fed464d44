//! The lines on their way to a view: bounded, and honest about what did not fit.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use drover_model::LogLine;
use tokio::sync::{Notify, mpsc};

use crate::event::AttemptEvent;

/// Lines that wait for a view; about four screens at the highest rate that anybody can read.
const WAITING: usize = 2_000;
/// The same in bytes: lines may be long.
const WAITING_BYTES: usize = 4 * 1024 * 1024;
/// Lines in one event, so that a batch stays small enough for one message to the window.
const BATCH: usize = 500;
/// The same in bytes; one line may be as long.
const BATCH_BYTES: usize = 128 * 1024;

#[derive(Debug, Default)]
struct Ring {
    lines: VecDeque<LogLine>,
    /// Of the text of these lines.
    bytes: usize,
    dropped: u64,
    closed: bool,
}

impl Ring {
    fn take(&mut self) -> Option<LogLine> {
        let line = self.lines.pop_front()?;
        self.bytes -= line.text.len();
        Some(line)
    }

    fn batch(&mut self) -> Vec<LogLine> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH && bytes < BATCH_BYTES {
            let Some(line) = self.take() else { break };
            bytes += line.text.len();
            batch.push(line);
        }
        batch
    }
}

/// Between the recorder's thread, which never waits for a view, and the event channel, which may be slow.
#[derive(Clone, Debug, Default)]
pub(super) struct Live {
    ring: Arc<Mutex<Ring>>,
    changed: Arc<Notify>,
}

impl Live {
    /// Adds lines; the oldest waiting ones give way. The view sees the gap in the sequence numbers.
    pub(super) fn push(&self, lines: &mut Vec<LogLine>) {
        if lines.is_empty() {
            return;
        }
        let mut ring = self.ring();
        for line in lines.drain(..) {
            ring.bytes += line.text.len();
            ring.lines.push_back(line);
        }
        while ring.lines.len() > WAITING || ring.bytes > WAITING_BYTES {
            ring.take();
            ring.dropped += 1;
        }
        drop(ring);
        self.changed.notify_one();
    }

    pub(super) fn close(&self) {
        self.ring().closed = true;
        self.changed.notify_one();
    }

    pub(super) fn dropped(&self) -> u64 {
        self.ring().dropped
    }

    /// Hands lines on until closed and empty, or until nobody listens.
    pub(super) async fn forward(self, events: mpsc::Sender<AttemptEvent>) {
        loop {
            let (batch, closed) = {
                let mut ring = self.ring();
                (ring.batch(), ring.closed)
            };
            if batch.is_empty() {
                if closed {
                    return;
                }
                self.changed.notified().await;
            } else if events.send(AttemptEvent::Log(batch)).await.is_err() {
                return;
            }
        }
    }

    fn ring(&self) -> std::sync::MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
