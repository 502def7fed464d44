//! Watching runs to their end.

use std::time::Duration;

use drover_model::{
    CommandError, LogLine, Run, RunId, RunRow,
    request::{GetRun, ReadLog},
    run::Progress,
};
use tokio::{sync::mpsc, time::timeout};

use crate::backend::Backend;

/// After so long without news the run is looked at. News come from an attempt, and a run
/// that is cancelled while it waits has none.
const SILENCE: Duration = Duration::from_secs(2);

/// Something that was seen of a run.
#[derive(Debug)]
pub(crate) enum Seen {
    /// Its row as it is now.
    Row(Box<RunRow>),
    /// Why it does not start yet.
    Waits(String),
    /// What is being done before task code starts.
    Phase(String),
    /// How far it is.
    Progress(Progress),
    Line(LogLine),
}

/// Where it is told, with the run that it belongs to.
pub(crate) type Tell = mpsc::Sender<(RunId, Seen)>;

/// What a follower wants.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lines {
    /// None.
    No,
    /// From this number on, which counts from 1.
    From(u64),
}

/// Tells what happens to a run until it has ended and its output has been told as a whole.
/// Gives the ended run back.
pub(crate) async fn follow(
    backend: Backend,
    run: RunId,
    lines: Lines,
    tell: Tell,
) -> Result<Run, CommandError> {
    let mut reader = Reader {
        backend,
        run,
        next: match lines {
            Lines::No => None,
            Lines::From(seq) => Some(seq.max(1)),
        },
        tell,
    };
    while !reader.watch().await? {}
    // What was written while nobody watched is in the file.
    reader.read_until(u64::MAX).await?;
    reader.backend.call(GetRun { run }).await
}

struct Reader {
    backend: Backend,
    run: RunId,
    /// The next line wanted, if any are.
    next: Option<u64>,
    tell: Tell,
}

impl Reader {
    /// Watches once; `false` when the stream ended before the run did.
    async fn watch(&mut self) -> Result<bool, CommandError> {
        let from = self.next.unwrap_or(1);
        let mut stream = self.backend.watch_run(self.run, from).await?;
        // Watched first and loaded second, so that no change falls in between.
        let loaded = self.backend.call(GetRun { run: self.run }).await?;
        let mut ended = loaded.row.state.is_terminal();
        self.say(Seen::Row(Box::new(loaded.row))).await;
        if let Some(why) = loaded.waits_because {
            self.say(Seen::Waits(why)).await;
        }
        let mut heard = false;
        while !ended {
            let batch = match timeout(SILENCE, stream.next()).await {
                Ok(Ok(batch)) => batch,
                // It fell behind, perhaps; the rest is read from the file and watched again.
                Ok(Err(_)) if heard => return Ok(false),
                Ok(Err(error)) => return Err(error),
                Err(_) => {
                    let row = self.backend.call(GetRun { run: self.run }).await?.row;
                    ended = row.state.is_terminal();
                    self.say(Seen::Row(Box::new(row))).await;
                    continue;
                }
            };
            heard = true;
            if let Some(phase) = batch.phase {
                self.say(Seen::Phase(phase)).await;
            }
            if let Some(progress) = batch.progress {
                self.say(Seen::Progress(progress)).await;
            }
            for line in batch.lines {
                self.line(line).await?;
            }
            if let Some(row) = batch.row {
                ended = row.state.is_terminal();
                self.say(Seen::Row(Box::new(row))).await;
            }
        }
        Ok(true)
    }

    /// Tells a line, and before it those that were left out.
    async fn line(&mut self, line: LogLine) -> Result<(), CommandError> {
        let Some(next) = self.next else { return Ok(()) };
        if line.seq > next {
            self.read_until(line.seq).await?;
        }
        if self.next.is_some_and(|next| line.seq >= next) {
            self.next = Some(line.seq + 1);
            self.say(Seen::Line(line)).await;
        }
        Ok(())
    }

    /// Tells the lines before number `end` that have not been told, from the file.
    async fn read_until(&mut self, end: u64) -> Result<(), CommandError> {
        while let Some(from_seq) = self.next.filter(|next| *next < end) {
            let page = ReadLog {
                run: self.run,
                from_seq,
                limit: 0,
            };
            let page = self.backend.call(page).await?;
            for line in page.lines {
                if line.seq < end && self.next.is_some_and(|next| line.seq >= next) {
                    self.next = Some(line.seq + 1);
                    self.say(Seen::Line(line)).await;
                }
            }
            if !page.more || self.next == Some(from_seq) {
                break;
            }
        }
        Ok(())
    }

    async fn say(&self, seen: Seen) {
        self.tell.send((self.run, seen)).await.ok(); // the printer is gone, and this ends soon
    }
}
