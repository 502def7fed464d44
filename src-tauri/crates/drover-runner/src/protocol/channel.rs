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

/// Makes both pipes and starts serving them.
///
/// # Errors
/// The process is out of descriptors.
pub fn open(redactor: &Redactor) -> io::Result<(Control, ChildEnds)> {
    let (hear, writes) = io::pipe()?;
    let (reads, say) = io::pipe()?;
    let hear = pipe::Receiver::from_owned_fd(hear.into())?;
    let say = pipe::Sender::from_owned_fd(say.into())?;
    let (heard, messages) = mpsc::channel(WAITING);
    let (orders, said) = mpsc::channel(WAITING);
    let counts = Arc::new(Counts::default());
    tokio::spawn(listen(hear, heard, Arc::clone(&counts), redactor.clone()));
    tokio::spawn(speak(say, said));
    Ok((
        Control {
            messages,
            orders,
            counts,
        },
        ChildEnds {
            writes: writes.into(),
            reads: reads.into(),
        },
    ))
}

async fn listen(
    mut hear: pipe::Receiver,
    heard: mpsc::Sender<Message>,
    counts: Arc<Counts>,
    redactor: Redactor,
) {
    let mut buffer = vec![0; 64 * 1024];
    let mut framing = Framing::default();
    let mut rate = Rate::new(Instant::now());
    while let Ok(read @ 1..) = hear.read(&mut buffer).await {
        let mut messages = Vec::new();
        framing.push(&buffer[..read], |frame| {
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
