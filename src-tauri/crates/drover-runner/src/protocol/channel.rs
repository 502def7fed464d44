//! The two pipes: reading what the child says, and answering.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::unix::pipe;
use tokio::sync::mpsc;

use super::framing::{Frame, Framing};
use super::message::{Message, Order, Parsed, parse};
use super::rate::Rate;
use crate::redact::Redactor;

/// Messages that wait for the attempt, and orders that wait for the child. Full means the sender waits.
const WAITING: usize = 64;
/// Names of variables; Playwright looks at some hundred.
const LONGEST_FIRST: usize = 256 * 1024;

/// What was not passed on.
#[derive(Debug, Default)]
pub struct Counts {
    dropped: AtomicU64,
    unknown: AtomicU64,
    malformed: AtomicU64,
}

impl Counts {
    /// Lines above the rate.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Lines of a newer helper.
    pub fn unknown(&self) -> u64 {
        self.unknown.load(Ordering::Relaxed)
    }

    /// Lines over the cap, or that are no message.
    pub fn malformed(&self) -> u64 {
        self.malformed.load(Ordering::Relaxed)
    }
}

/// Drover's ends. Dropping them closes the pipe that the child reads, and so ends its hooks.
#[derive(Debug)]
pub struct Control {
    pub messages: mpsc::Receiver<Message>,
    pub orders: mpsc::Sender<Order>,
    pub counts: Arc<Counts>,
}

/// The ends for the child: descriptor 3 to write to, descriptor 4 to read from.
#[derive(Debug)]
pub struct ChildEnds {
    pub writes: OwnedFd,
    pub reads: OwnedFd,
}

/// Drover's ends before anybody is served.
#[derive(Debug)]
pub(crate) struct Pipes {
    hear: pipe::Receiver,
    say: pipe::Sender,
    /// What was read and not asked for yet.
    early: Vec<u8>,
}

/// Makes both pipes and starts serving them.
///
/// # Errors
/// The process is out of descriptors.
pub fn open(redactor: &Redactor) -> io::Result<(Control, ChildEnds)> {
    let (pipes, ends) = pipes()?;
    Ok((pipes.serve(redactor), ends))
}

/// Makes both pipes.
///
/// # Errors
/// The process is out of descriptors.
pub(crate) fn pipes() -> io::Result<(Pipes, ChildEnds)> {
    let (hear, writes) = io::pipe()?;
    let (reads, say) = io::pipe()?;
    let pipes = Pipes {
        hear: pipe::Receiver::from_owned_fd(hear.into())?,
        say: pipe::Sender::from_owned_fd(say.into())?,
        early: Vec::new(),
    };
    let ends = ChildEnds {
        writes: writes.into(),
        reads: reads.into(),
    };
    Ok((pipes, ends))
}

impl Pipes {
    /// The next line of a child that has no run yet.
    ///
    /// # Errors
    /// It ends, or does not come to the end of a line.
    pub(crate) async fn first_line(&mut self) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; 8 * 1024];
        loop {
            if let Some(end) = self.early.iter().position(|&byte| byte == b'\n') {
                let rest = self.early.split_off(end + 1);
                return Ok(std::mem::replace(&mut self.early, rest));
            }
            let read = self.hear.read(&mut buffer).await?;
            if read == 0 || self.early.len() > LONGEST_FIRST {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.early.extend_from_slice(&buffer[..read]);
        }
    }

    /// Serves a run.
    pub(crate) fn serve(self, redactor: &Redactor) -> Control {
        let (heard, messages) = mpsc::channel(WAITING);
        let (orders, said) = mpsc::channel(WAITING);
        let counts = Arc::new(Counts::default());
        let told = Arc::clone(&counts);
        let early = (self.early, self.hear);
        tokio::spawn(listen(early, heard, told, redactor.clone()));
        tokio::spawn(speak(self.say, said));
        Control {
            messages,
            orders,
            counts,
        }
    }
}

async fn listen(
    (early, mut hear): (Vec<u8>, pipe::Receiver),
    heard: mpsc::Sender<Message>,
    counts: Arc<Counts>,
    redactor: Redactor,
) {
    let mut buffer = vec![0; 64 * 1024];
    let mut framing = Framing::default();
    let mut rate = Rate::new(Instant::now());
    let mut piece = early;
    loop {
        let mut messages = Vec::new();
        framing.push(&piece, |frame| {
            let within = rate.admits(Instant::now());
            let parsed = match frame {
                Frame::Line(line) => parse(line, &redactor),
                Frame::TooLong => Parsed::Malformed,
            };
            match parsed {
                Parsed::Message(message) if within || !message.may_be_dropped() => {
                    messages.push(message);
                }
                Parsed::Message(_) => count(&counts.dropped),
                Parsed::Unknown => count(&counts.unknown),
                Parsed::Malformed => count(&counts.malformed),
            }
        });
        for message in messages {
            if heard.send(message).await.is_err() {
                return;
            }
        }
        match hear.read(&mut buffer).await {
            Ok(read @ 1..) => piece = buffer[..read].to_vec(),
            _ => return,
        }
    }
}

async fn speak(mut say: pipe::Sender, mut said: mpsc::Receiver<Order>) {
    while let Some(order) = said.recv().await {
        // A child that closed its end does not want to hear; its next orders are for nobody.
        if say.write_all(&order.line()).await.is_err() {
            return;
        }
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
