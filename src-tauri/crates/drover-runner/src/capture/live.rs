//! The lines on their way to a view: bounded, and honest about what did not fit.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use drover_model::LogLine;
use tokio::sync::{Notify, mpsc};

use crate::event::AttemptEvent;

/// Lines that wait for a view; about four screens at the highest rate that anybody can read.
const WAITING: usize = 2_000;
/// Lines in one event, so that a batch stays small enough for one message to the window.
const BATCH: usize = 500;

#[derive(Debug, Default)]
struct Ring {
    lines: VecDeque<LogLine>,
    dropped: u64,
    closed: bool,
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
        let over = (ring.lines.len() + lines.len()).saturating_sub(WAITING);
        ring.dropped += over as u64;
        let old = over.min(ring.lines.len());
        ring.lines.drain(..old);
        ring.lines.extend(lines.drain(..).skip(over - old));
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
                let size = ring.lines.len().min(BATCH);
                (
                    ring.lines.drain(..size).collect::<Vec<LogLine>>(),
                    ring.closed,
                )
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
