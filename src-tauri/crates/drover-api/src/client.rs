//! The asking end.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use drover_model::{Code, CommandError, RunId, request::Request};
use serde_json::Value;
use tokio::{
    io::{AsyncBufRead, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, ReadHalf, WriteHalf},
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    RunStream, Watch,
    call_failed::{hung_up, malformed_answer},
    lines::{LONGEST_LINE, Read, read_line},
    run_stream::{RunSink, run_sink},
    socket,
    wire::{Asking, NO_ID, Said, UNWATCH_RUN, UnwatchRun, WATCH_RUN, WatchRun},
};

/// Lines that wait for the socket.
const WAITING_LINES: usize = 64;

/// How long a Drover may take to greet. One that takes longer is stopped or hangs.
const GREETING_LIMIT: Duration = Duration::from_secs(10);

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No Drover runs on that folder, it has not opened its socket yet, or it is leaving.
    #[error("nobody answers at `{}`", .0.display())]
    NobodyThere(PathBuf),
    /// Somebody is there and takes no more connections.
    #[error("{0}")]
    Refused(CommandError),
    /// The system said no.
    #[error("failed to connect to `{}`", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// A connection to a running Drover. Clones share it; it closes with the last of them.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    lines: mpsc::Sender<Vec<u8>>,
    waiting: Arc<Mutex<Waiting>>,
    next_id: AtomicU64,
    tasks: [JoinHandle<()>; 2],
}

/// Those who wait for answers.
#[derive(Default)]
struct Waiting {
    calls: HashMap<u64, oneshot::Sender<Result<Value, CommandError>>>,
    streams: HashMap<u64, RunSink>,
    /// Set when the connection has ended; what is asked later gets this answer.
    ended: Option<CommandError>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Client {
    /// Connects to the Drover that listens at `path`.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn connect(path: &Path) -> Result<Self, ConnectError> {
        let nobody = || ConnectError::NobodyThere(path.to_owned());
        let failed = |source| ConnectError::Io {
            path: path.to_owned(),
            source,
        };
        let stream = match socket::connect(path).await {
            Ok(stream) => stream,
            Err(error) if socket::nobody_listens(&error) => return Err(nobody()),
            Err(source) => return Err(failed(source)),
        };
        let (input, output) = tokio::io::split(stream);
        let mut input = BufReader::new(input);
        let greeted = timeout(GREETING_LIMIT, greeting(&mut input)).await;
        match greeted {
            Ok(Some(Said { error: None, .. })) => Ok(Self::over(input, output)),
            Ok(Some(Said {
                error: Some(error), ..
            })) => Err(ConnectError::Refused(error)),
            Ok(None) => Err(nobody()),
            Err(_) => Err(failed(io::Error::new(
                io::ErrorKind::TimedOut,
                "the Drover there does not respond",
            ))),
        }
    }

    fn over<S: AsyncRead + AsyncWrite + Send + 'static>(
        input: BufReader<ReadHalf<S>>,
        mut output: WriteHalf<S>,
    ) -> Self {
        let (lines, mut queue) = mpsc::channel::<Vec<u8>>(WAITING_LINES);
        let waiting = Arc::new(Mutex::new(Waiting::default()));
        let writer = tokio::spawn(async move {
            while let Some(line) = queue.recv().await {
                if output.write_all(&line).await.is_err() {
                    break; // the reader hears of it too
                }
            }
        });
        let reader = tokio::spawn(read_answers(input, Arc::clone(&waiting)));
        let inner = Inner {
            lines,
            waiting,
            next_id: AtomicU64::new(NO_ID + 1),
            tasks: [writer, reader],
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// What the engine answers, or that the other end hung up.
    pub async fn call<R: Request>(&self, request: R) -> Result<R::Reply, CommandError> {
        let body = serde_json::to_value(request).expect("BUG: requests have text keys only");
        let reply = self.call_named(R::NAME, body).await?;
        serde_json::from_value(reply).map_err(|error| malformed_answer(R::NAME, &error))
    }

    /// The same for a request that is given by its name.
    pub async fn call_named(&self, name: &str, body: Value) -> Result<Value, CommandError> {
        let id = self.new_id();
        let (answer, answered) = oneshot::channel();
        {
            let mut waiting = lock(&self.inner.waiting);
            if let Some(error) = &waiting.ended {
                return Err(error.clone());
            }
            waiting.calls.insert(id, answer);
        }
        self.send(id, name, body).await?;
        answered.await.unwrap_or_else(|_| Err(hung_up()))
    }

    /// News of a run, with log lines from number `from_seq` on.
    ///
    /// # Errors
    /// The other end hung up. That there is no such run is said by the stream.
    pub async fn watch_run(&self, run: RunId, from_seq: u64) -> Result<RunStream, CommandError> {
        let id = self.new_id();
        let (sink, batches) = run_sink();
        {
            let mut waiting = lock(&self.inner.waiting);
            if let Some(error) = &waiting.ended {
                return Err(error.clone());
            }
            waiting.streams.insert(id, sink);
        }
        let body = serde_json::to_value(WatchRun { run, from_seq })
            .expect("BUG: requests have text keys only");
        self.send(id, WATCH_RUN, body).await?;
        let client = self.clone();
        let unwatch = move || client.unwatch(id);
        Ok(RunStream::new(batches, Watch::ended_by(unwatch)))
    }

    fn unwatch(&self, watch: u64) {
        lock(&self.inner.waiting).streams.remove(&watch);
        let line = line(
            self.new_id(),
            UNWATCH_RUN,
            serde_json::to_value(UnwatchRun { watch }).expect("BUG: requests have text keys only"),
        );
        // When there is no room, the watch lasts as long as the connection, and its batches
        // find nobody here.
        self.inner.lines.try_send(line).ok();
    }

    fn new_id(&self) -> u64 {
        self.inner.next_id.fetch_add(1, Ordering::Relaxed)
    }

    async fn send(&self, id: u64, call: &str, body: Value) -> Result<(), CommandError> {
        let line = line(id, call, body);
        let sent = if line.len() > LONGEST_LINE {
            Err(CommandError::new(
                Code::Invalid,
                format!("the request is longer than {LONGEST_LINE} bytes"),
            ))
        } else {
            let sent = self.inner.lines.send(line).await;
            sent.map_err(|_| hung_up())
        };
        if sent.is_err() {
            let mut waiting = lock(&self.inner.waiting);
            waiting.calls.remove(&id);
            waiting.streams.remove(&id);
        }
        sent
    }
}

fn line(id: u64, call: &str, body: Value) -> Vec<u8> {
    let mut line =
        serde_json::to_vec(&Asking { id, call, body }).expect("BUG: requests have text keys only");
    line.push(b'\n');
    line
}

fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The first thing that the server says; nothing, when it hung up instead.
async fn greeting(input: &mut (impl AsyncBufRead + Unpin)) -> Option<Said> {
    let mut line = Vec::new();
    match read_line(input, &mut line).await {
        Ok(Read::Line) => serde_json::from_slice(&line).ok(),
        Ok(Read::TooLong | Read::End) | Err(_) => None,
    }
}

/// Hands out what the server says, until it hangs up.
async fn read_answers(mut input: impl AsyncBufRead + Unpin, waiting: Arc<Mutex<Waiting>>) {
    let mut line = Vec::new();
    let mut reason = hung_up();
    while let Ok(Read::Line) = read_line(&mut input, &mut line).await {
        match serde_json::from_slice::<Said>(&line) {
            // What concerns the connection itself is followed by its end.
            Ok(said) if said.id == NO_ID => reason = said.error.unwrap_or(reason),
            Ok(said) => deliver(&mut lock(&waiting), said),
            Err(error) => {
                reason = malformed_answer("a call", &error);
                break;
            }
        }
    }
    let mut waiting = lock(&waiting);
    for (_, call) in waiting.calls.drain() {
        call.send(Err(reason.clone())).ok(); // the caller gave up
    }
    for (_, stream) in waiting.streams.drain() {
        stream.fail(reason.clone());
    }
    waiting.ended = Some(reason);
}

fn deliver(waiting: &mut Waiting, said: Said) {
    if let Some(batch) = said.batch {
        let goes_on = waiting
            .streams
            .get(&said.id)
            .is_some_and(|sink| sink.offer(batch));
        if !goes_on {
            waiting.streams.remove(&said.id);
        }
        return;
    }
    let result = match said.error {
        Some(error) => Err(error),
        None => Ok(said.ok.unwrap_or_default()),
    };
    if let Some(call) = waiting.calls.remove(&said.id) {
        call.send(result).ok(); // the caller gave up
    } else if let (Some(stream), Err(error)) = (waiting.streams.remove(&said.id), result) {
        stream.fail(error);
    }
}
