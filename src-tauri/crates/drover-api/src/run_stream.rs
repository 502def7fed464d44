//! News of a run as a stream, from the socket or from an engine in this process.

use drover_engine::Engine;
use drover_model::{Caller, CommandError, RunBatch, RunId};
use tokio::sync::mpsc;

use crate::{
    Answers, Watch,
    answers::Door,
    call_failed::{fell_behind, hung_up},
};

/// Batches that wait for the reader: at 30 a second it is half a minute.
const WAITING_BATCHES: usize = 1_024;

/// Batches of one run, in order. Dropping it ends the watch.
pub struct RunStream {
    batches: mpsc::Receiver<Result<RunBatch, CommandError>>,
    ended: bool,
    _watch: Watch,
}

/// The end that batches are put into.
#[derive(Clone)]
pub(crate) struct RunSink(mpsc::Sender<Result<RunBatch, CommandError>>);

impl RunSink {
    /// Puts a batch in, or ends the stream because its reader is gone or fell behind.
    pub(crate) fn offer(&self, batch: RunBatch) -> bool {
        // One place is kept for the reason why the stream ended.
        if self.0.capacity() <= 1 {
            self.0.try_send(Err(fell_behind())).ok(); // the reader is gone
            return false;
        }
        self.0.try_send(Ok(batch)).is_ok()
    }

    /// Ends the stream with a reason.
    pub(crate) fn fail(&self, error: CommandError) {
        self.0.try_send(Err(error)).ok(); // the reader is gone
    }
}

/// Both ends of a stream whose watch is added later.
pub(crate) fn run_sink() -> (RunSink, mpsc::Receiver<Result<RunBatch, CommandError>>) {
    let (sender, receiver) = mpsc::channel(WAITING_BATCHES);
    (RunSink(sender), receiver)
}

impl RunStream {
    pub(crate) fn new(
        batches: mpsc::Receiver<Result<RunBatch, CommandError>>,
        watch: Watch,
    ) -> Self {
        Self {
            batches,
            ended: false,
            _watch: watch,
        }
    }

    /// The next batch. After an error nothing follows; watch again from the last line that
    /// was read. It may be dropped while waiting, without losing a batch.
    ///
    /// # Errors
    /// The run is unknown, the reader fell behind, or the other end closed the connection.
    pub async fn next(&mut self) -> Result<RunBatch, CommandError> {
        if self.ended {
            return Err(hung_up());
        }
        let next = self.batches.recv().await.unwrap_or_else(|| Err(hung_up()));
        self.ended = next.is_err();
        next
    }
}

/// Watches a run of an engine in this process, just as [`crate::Client::watch_run`] does
/// over the socket.
///
/// # Errors
/// There is no such run.
pub async fn watch_engine(
    engine: &Engine,
    run: RunId,
    from_seq: u64,
) -> Result<RunStream, CommandError> {
    let (sink, batches) = run_sink();
    let door = Door {
        engine: engine.clone(),
        by: Caller::Cli,
    };
    let watch = door
        .watch_run(run, from_seq, Box::new(move |batch| sink.offer(batch)))
        .await?;
    Ok(RunStream::new(batches, watch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_that_fell_behind_gets_everything_before_and_the_reason() {
        let (sink, batches) = run_sink();
        let mut stream = RunStream::new(batches, Watch::ended_by(|| {}));
        let mut taken = 0;
        while sink.offer(RunBatch::default()) {
            taken += 1;
        }
        for _ in 0..taken {
            assert!(stream.next().await.is_ok());
        }
        assert_eq!(stream.next().await.unwrap_err(), fell_behind());
        assert_eq!(stream.next().await.unwrap_err(), hung_up());
    }
}
