//! The last bytes of a stream, for a message about a program that would not start.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;

/// A ring of bytes.
#[derive(Debug)]
pub(super) struct Tail {
    bytes: VecDeque<u8>,
    size: usize,
}

impl Tail {
    pub(super) fn new(size: usize) -> Self {
        Self {
            bytes: VecDeque::new(),
            size,
        }
    }

    /// Reads to the end, so that the child never blocks on a full pipe, and keeps the last bytes.
    pub(super) async fn fill(tail: Arc<Mutex<Self>>, mut from: pipe::Receiver) {
        let mut buffer = vec![0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            tail.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(&buffer[..read]);
        }
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.iter().copied().collect::<Vec<u8>>()).into_owned()
    }

    fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
        let too_many = self.bytes.len().saturating_sub(self.size);
        self.bytes.drain(..too_many);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_newest_bytes() {
        let mut tail = Tail::new(4);
        tail.push(b"abc");
        tail.push(b"def");
        assert_eq!(tail.text(), "cdef");
    }
}
