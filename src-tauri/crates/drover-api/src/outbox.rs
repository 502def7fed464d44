//! What goes out over one connection: a bounded queue, its writer, and what happens to a
//! peer that does not read.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use drover_model::RunBatch;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    sync::{Notify, mpsc},
    time::timeout,
};

use crate::{call_failed::fell_behind, wire::Said};

/// Lines that wait for the socket. At 30 batches a second it is some eight seconds of one
/// stream, on top of what the system buffers.
const WAITING_LINES: usize = 256;

/// How long one line may take to leave. A peer that reads nothing for so long is gone.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// What is queued.
enum Out {
    Line(Vec<u8>),
    /// Nothing that comes after it is written.
    Last,
}

/// The sending end; clones share the queue.
#[derive(Clone)]
pub(crate) struct Outbox {
    lines: mpsc::Sender<Out>,
    /// Streams that fell behind and have not been told yet. They cannot wait in the queue,
    /// because it is full at that moment.
    behind: Arc<Mutex<Vec<u64>>>,
    told: Arc<Notify>,
}

/// The other end, for the writer task.
pub(crate) struct Outgoing {
    lines: mpsc::Receiver<Out>,
    behind: Arc<Mutex<Vec<u64>>>,
    told: Arc<Notify>,
}

/// A queue with both its ends.
pub(crate) fn outbox() -> (Outbox, Outgoing) {
    let (sender, receiver) = mpsc::channel(WAITING_LINES);
    let (behind, told) = (Arc::default(), Arc::new(Notify::new()));
    let outbox = Outbox {
        lines: sender,
        behind: Arc::clone(&behind),
        told: Arc::clone(&told),
    };
    let outgoing = Outgoing {
        lines: receiver,
        behind,
        told,
    };
    (outbox, outgoing)
}

impl Outbox {
    /// Sends an answer, waiting for room. It is lost when the peer is gone.
    pub(crate) async fn send(&self, said: &Said) {
        self.lines.send(Out::Line(said.line())).await.ok(); // nobody is there to hear of it
    }

    /// Ends the writer after what was sent before, although streams may hold clones of this.
    pub(crate) async fn finish(&self) {
        self.lines.send(Out::Last).await.ok(); // it has ended already
    }

    /// Sends a batch if there is room at once. `false` ends the stream: the peer is gone, or
    /// it fell behind and will be told so.
    pub(crate) fn offer(&self, id: u64, batch: RunBatch) -> bool {
        match self
            .lines
            .try_send(Out::Line(Said::batch(id, batch).line()))
        {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Closed(_)) => false,
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.behind
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(id);
                self.told.notify_one();
                false
            }
        }
    }
}

impl Outgoing {
    /// Writes until the last line is out, every sender is gone, or the peer no longer reads.
    pub(crate) async fn write_to(mut self, mut out: impl AsyncWrite + Unpin) -> io::Result<()> {
        loop {
            tokio::select! {
                biased;
                next = self.lines.recv() => match next {
                    Some(Out::Line(line)) => write(&mut out, &line).await?,
                    Some(Out::Last) | None => break,
                },
                () = self.told.notified() => {}
            }
            if self.lines.is_empty() {
                self.tell_who_fell_behind(&mut out).await?;
            }
        }
        self.tell_who_fell_behind(&mut out).await?;
        out.shutdown().await
    }

    async fn tell_who_fell_behind(&self, out: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        for id in self.take_behind() {
            let said = Said::answer(id, Err(fell_behind()));
            write(out, &said.line()).await?;
        }
        Ok(())
    }

    fn take_behind(&self) -> Vec<u64> {
        std::mem::take(&mut self.behind.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn write(out: &mut (impl AsyncWrite + Unpin), line: &[u8]) -> io::Result<()> {
    let all = async {
        out.write_all(line).await?;
        out.flush().await
    };
    timeout(WRITE_LIMIT, all).await.unwrap_or_else(|_| {
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the peer does not read",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncBufReadExt, BufReader};

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_is_told_why_its_stream_ended() {
        let (near, far) = tokio::io::duplex(64);
        let (outbox, outgoing) = outbox();
        let mut taken = 0;
        // Nothing is read and nothing is written yet, so the queue fills.
        while outbox.offer(2, RunBatch::default()) {
            taken += 1;
        }
        assert_eq!(taken, WAITING_LINES);
        drop(outbox);
        let writer = tokio::spawn(outgoing.write_to(near));
        let mut lines = BufReader::new(far).lines();
        let mut last = String::new();
        while let Some(line) = lines.next_line().await.unwrap() {
            last = line;
        }
        writer.await.unwrap().unwrap();
        let said: Said = serde_json::from_str(&last).unwrap();
        assert_eq!((said.id, said.error), (2, Some(fell_behind())));
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_never_reads_is_let_go() {
        let (near, _far) = tokio::io::duplex(16);
        let (outbox, outgoing) = outbox();
        outbox
            .send(&Said::answer(1, Ok("x".repeat(100).into())))
            .await;
        let error = outgoing.write_to(near).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
