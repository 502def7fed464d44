//! The one writer of an attempt's log, on a thread of its own.

use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use drover_model::{LogLine, Stream};
use tokio::sync::{mpsc, oneshot};

use super::lines::LineCutter;
use super::live::Live;
use super::log_file::{LogFile, Quota};
use super::read::{attempt_folder, last_seq};
use crate::event::AttemptEvent;
use crate::redact::{RedactedStream, Redactor};

/// Pieces of at most 64 KiB that wait for the disk.
const WAITING: usize = 16;

/// Bytes of the standard error that are kept for the verdict.
const LAST_WORDS: usize = 8 * 1024;

/// What became of the output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    pub lines: u64,
    /// Lines that a slow view did not get; the file has them.
    pub live_dropped: u64,
    /// Why the file ends early, if it does: a full disk, for example.
    pub write_error: Option<String>,
}

enum Job {
    Output(Stream, Vec<u8>),
    Line(Stream, String),
    Close(oneshot::Sender<Recorded>),
}

/// A handle to the recorder of one attempt.
#[derive(Clone, Debug)]
pub struct Recorder {
    jobs: mpsc::Sender<Job>,
    began: Instant,
    /// Milliseconds from `began` to the last output of the child.
    heard: Arc<AtomicU64>,
    /// The end of the standard error, as the child wrote it.
    words: Arc<Mutex<Vec<u8>>>,
}

impl Recorder {
    /// Makes the folder and the log of an attempt inside the run's folder and starts the thread. Times count from
    /// `began`, lines on from the last one of the attempt before.
    ///
    /// # Errors
    /// The log cannot be created, or the machine is out of threads.
    pub fn open(
        run_folder: &Path,
        attempt: u32,
        began: Instant,
        redactor: &Redactor,
        quota: Quota,
        events: mpsc::Sender<AttemptEvent>,
    ) -> io::Result<Self> {
        let folder = attempt_folder(run_folder, attempt);
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)?;
        let (jobs, inbox) = mpsc::channel(WAITING);
        let live = Live::default();
        let writer = Writer {
            seq: last_seq(run_folder, attempt)?,
            file: LogFile::create(&folder, quota)?,
            attempt,
            began,
            redactor: redactor.clone(),
            streams: Vec::new(),
            live: live.clone(),
            fresh: Vec::new(),
            recorded: Recorded::default(),
        };
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || writer.serve(inbox))?;
        tokio::spawn(live.forward(events));
        Ok(Self {
            jobs,
            began,
            heard: Arc::default(),
            words: Arc::default(),
        })
    }

    /// Raw bytes of the child.
    pub async fn output(&self, stream: Stream, bytes: Vec<u8>) {
        self.alive();
        if stream == Stream::Stderr {
            let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
            words.extend_from_slice(&bytes[bytes.len().saturating_sub(LAST_WORDS)..]);
            let too_many = words.len().saturating_sub(LAST_WORDS);
            words.drain(..too_many);
        }
        self.jobs.send(Job::Output(stream, bytes)).await.ok(); // the thread only ends after `close`
    }

    /// A line of Drover's own, or of a step.
    pub async fn line(&self, stream: Stream, text: impl Into<String>) {
        self.jobs.send(Job::Line(stream, text.into())).await.ok(); // the thread only ends after `close`
    }

    /// The end of the standard error in whole lines. It is not redacted yet.
    pub(crate) fn last_words(&self) -> String {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&words);
        // What was cut could be half of a secret, which the redactor would not know.
        match text.split_once('\n') {
            Some((_, whole)) if words.len() >= LAST_WORDS => whole.to_owned(),
            None if words.len() >= LAST_WORDS => String::new(),
            _ => text.into_owned(),
        }
    }

    /// Notes that the child gave a sign of life.
    pub fn alive(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.heard.store(now, Ordering::Relaxed);
    }

    /// How long the child has been silent.
    pub fn silent_for(&self) -> Duration {
        self.began
            .elapsed()
            .saturating_sub(Duration::from_millis(self.heard.load(Ordering::Relaxed)))
    }

    /// Writes what is left. Bytes that arrive later are lost, so the drains must have ended.
    pub async fn close(&self) -> Recorded {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job::Close(answer)).await.ok(); // a second close gets an empty answer
        answered.await.unwrap_or_default()
    }
}

struct Writer {
    file: LogFile,
    attempt: u32,
    /// The number of the last line; lines count on from attempt to attempt.
    seq: u64,
    began: Instant,
    redactor: Redactor,
    /// At most two, so a list is as good as a map.
    streams: Vec<(Stream, RedactedStream, LineCutter)>,
    live: Live,
    /// Lines that the view is told of together.
    fresh: Vec<LogLine>,
    recorded: Recorded,
}

impl Writer {
    fn serve(mut self, mut inbox: mpsc::Receiver<Job>) {
        while let Some(job) = inbox.blocking_recv() {
            match job {
                Job::Output(stream, bytes) => self.output(stream, &bytes),
                Job::Line(stream, text) => {
                    let text = self.redactor.text(&text);
                    self.write(stream, text);
                }
                Job::Close(answer) => {
                    self.finish();
                    self.recorded.live_dropped = self.live.dropped();
                    answer.send(std::mem::take(&mut self.recorded)).ok(); // the attempt may have been dropped
                    return;
                }
            }
            self.live.push(&mut self.fresh);
            if inbox.is_empty() {
                self.flush();
            }
        }
        self.finish();
    }

    fn output(&mut self, stream: Stream, bytes: &[u8]) {
        let mut lines = Vec::new();
        let at = self
            .streams
            .iter()
            .position(|(known, ..)| *known == stream)
            .unwrap_or_else(|| {
                self.streams
                    .push((stream, self.redactor.stream(), LineCutter::default()));
                self.streams.len() - 1
            });
        let (_, redacted, cutter) = &mut self.streams[at];
        let mut clean = Vec::with_capacity(bytes.len());
        redacted.push(bytes, &mut clean);
        cutter.push(&clean, |line| lines.push(line));
        for line in lines {
            self.write(stream, line);
        }
    }

    fn finish(&mut self) {
        for (stream, mut redacted, mut cutter) in std::mem::take(&mut self.streams) {
            let mut lines = Vec::new();
            let mut clean = Vec::new();
            redacted.finish(&mut clean);
            cutter.push(&clean, |line| lines.push(line));
            cutter.finish(|line| lines.push(line));
            for line in lines {
                self.write(stream, line);
            }
        }
        self.flush();
        self.live.push(&mut self.fresh);
        self.live.close();
    }

    fn write(&mut self, stream: Stream, text: String) {
        self.recorded.lines += 1;
        let t_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.seq += 1;
        let line = LogLine {
            seq: self.seq,
            attempt: self.attempt,
            t_ms,
            stream,
            text,
        };
        // After a failed write the file may end in half a line, so nothing more is appended to it.
        if self.recorded.write_error.is_none() {
            let written = self.file.append(&line);
            self.note(written);
        }
        self.fresh.push(line);
    }

    fn flush(&mut self) {
        if self.recorded.write_error.is_none() {
            let flushed = self.file.flush();
            self.note(flushed);
        }
    }

    fn note(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            tracing::warn!(%error, "the log of an attempt ends early");
            self.recorded.write_error = Some(error.to_string());
        }
    }
}
