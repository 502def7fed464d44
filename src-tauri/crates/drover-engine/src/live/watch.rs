//! The stream of one run to one open view: at most 30 batches a second, no line twice, none lost.

use std::{path::PathBuf, sync::Arc, time::Duration};

use drover_model::{Code, CommandError, LogLine, RunBatch, RunId};

use super::pending::Mailbox;
use crate::{Engine, Error, Result, aside::aside, error::Doing as _};

/// The shortest time between two batches of one view.
const BEAT: Duration = Duration::from_millis(33);

/// Lines of one batch that is read from the file.
const PAGE: usize = 1_000;

/// Names a stream, to end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WatchId(u64);

impl WatchId {
    /// The number, for a face that has to name it in its own protocol.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The stream with that number.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }
}

impl Engine {
    /// Streams a run: first what its log holds from `from_seq` on, then news as they come.
    /// The stream ends when `on_batch` answers `false` or [`Engine::unwatch_run`] is called.
    pub async fn watch_run(
        &self,
        run: RunId,
        from_seq: u64,
        on_batch: impl Fn(RunBatch) -> bool + Send + Sync + 'static,
    ) -> Result<WatchId> {
        let rooms = self.rooms();
        // First subscribe, then look: nothing that happens in between is missed.
        let (id, mailbox) = rooms.live.subscribe(run);
        let row = rooms
            .store
            .read(move |db| db.run_row(run))
            .await
            .doing("read the run")?;
        let Some(row) = row else {
            rooms.live.unsubscribe(id);
            return Err(CommandError::new(Code::RunNotFound, format!("no run `{run}`")).into());
        };
        mailbox.add(|batch| {
            batch.row.get_or_insert_with(|| row.clone());
        });
        let stream = Stream {
            folder: rooms.paths.run(run),
            next_seq: from_seq.max(1),
            mailbox,
        };
        let live = self.clone();
        tokio::spawn(async move {
            if let Err(error) = stream.run(on_batch).await {
                tracing::warn!(%run, %error, "the stream of a run ended early");
            }
            live.unwatch_run(WatchId(id));
        });
        Ok(WatchId(id))
    }

    /// Ends a stream. An unknown one has ended already.
    pub fn unwatch_run(&self, watch: WatchId) {
        self.rooms().live.unsubscribe(watch.0);
    }
}

struct Stream {
    folder: PathBuf,
    /// The first line that the view does not have.
    next_seq: u64,
    mailbox: Arc<Mailbox>,
}

impl Stream {
    async fn run(mut self, on_batch: impl Fn(RunBatch) -> bool) -> Result<()> {
        if !self.send_file(u64::MAX, &on_batch).await? {
            return Ok(());
        }
        while self.mailbox.next().await.is_some() {
            let mut batch = self.mailbox.take();
            batch.lines.retain(|line| line.seq >= self.next_seq);
            // A jump means that lines were dropped here; the file has them.
            if let Some(first) = batch.lines.first().map(|line| line.seq)
                && first > self.next_seq
                && !self.send_file(first, &on_batch).await?
            {
                return Ok(());
            }
            self.next_seq = batch
                .lines
                .last()
                .map_or(self.next_seq, |line| line.seq + 1);
            if !on_batch(batch) {
                return Ok(());
            }
            tokio::time::sleep(BEAT).await;
        }
        Ok(())
    }

    /// Sends the file's lines before `end`; `false` when the view is gone.
    async fn send_file(&mut self, end: u64, on_batch: &impl Fn(RunBatch) -> bool) -> Result<bool> {
        while self.next_seq < end {
            let (folder, from) = (self.folder.clone(), self.next_seq);
            let page = aside(move || drover_runner::capture::read_log(&folder, from, PAGE)).await;
            let page = page.map_err(|source| Error::Io {
                doing: "read the log of the run",
                source,
            })?;
            let lines: Vec<LogLine> = page
                .lines
                .into_iter()
                .filter(|line| line.seq < end)
                .collect();
            let Some(last) = lines.last().map(|line| line.seq) else {
                break;
            };
            self.next_seq = last + 1;
            if !on_batch(RunBatch {
                lines,
                ..RunBatch::default()
            }) {
                return Ok(false);
            }
            if !page.more {
                break;
            }
        }
        Ok(true)
    }
}
