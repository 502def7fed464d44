//! Messages on the pipe: JSON ended by a NUL byte.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The largest message that is read. A full-page screenshot of a long page has about 20 MB, a large trace more.
const MAX_MESSAGE: usize = 256 * 1024 * 1024;
/// Linux pipes hold 64 KiB, so a larger buffer is never filled by one read.
const CHUNK: usize = 64 * 1024;

/// Cuts a stream of bytes into messages.
pub(super) struct Frames<R> {
    input: R,
    buffer: Vec<u8>,
    /// How much of the buffer is known to hold no NUL.
    scanned: usize,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            scanned: 0,
        }
    }

    /// The next message without its NUL, or `None` at the end. A last message without NUL is cut off and left out.
    pub(super) async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(at) = self.buffer[self.scanned..]
                .iter()
                .position(|byte| *byte == 0)
            {
                let rest = self.buffer.split_off(self.scanned + at + 1);
                let mut message = std::mem::replace(&mut self.buffer, rest);
                message.pop();
                self.scanned = 0;
                return Ok(Some(message));
            }
            self.scanned = self.buffer.len();
            if self.scanned > MAX_MESSAGE {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a message of more than 256 MiB",
                ));
            }
            self.buffer.reserve(CHUNK);
            if self.input.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }
}

/// Writes one message and its NUL.
pub(super) async fn write(
    output: &mut (impl AsyncWrite + Unpin),
    mut message: Vec<u8>,
) -> io::Result<()> {
    message.push(0);
    output.write_all(&message).await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    async fn cut(chunks: &[&[u8]]) -> Vec<Vec<u8>> {
        let whole = chunks.concat();
        let (mut near, far) = tokio::io::duplex(whole.len().max(1));
        for chunk in chunks {
            near.write_all(chunk).await.unwrap();
        }
        drop(near);
        let mut frames = Frames::new(far);
        let mut messages = Vec::new();
        while let Some(message) = frames.next().await.unwrap() {
            messages.push(message);
        }
        messages
    }

    #[tokio::test]
    async fn messages_are_cut_at_nul_and_an_unfinished_one_is_left_out() {
        let messages = cut(&[b"{\"id\":1}\0{\"id", b"\":2}\0\0{\"i"]).await;
        assert_eq!(
            messages,
            [b"{\"id\":1}".to_vec(), b"{\"id\":2}".to_vec(), Vec::new()]
        );
    }

    proptest! {
        #[test]
        fn any_cut_of_the_stream_gives_the_same_messages(
            messages in prop::collection::vec(prop::collection::vec(1_u8.., 0..80), 0..8),
            piece in 1_usize..40,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let stream: Vec<u8> = messages.iter().flat_map(|m| m.iter().copied().chain([0])).collect();
            let read = runtime.block_on(async {
                let (mut near, far) = tokio::io::duplex(piece);
                let feed = async move {
                    for part in stream.chunks(piece) {
                        near.write_all(part).await.unwrap();
                    }
                };
                let collect = async move {
                    let mut frames = Frames::new(far);
                    let mut read = Vec::new();
                    while let Some(message) = frames.next().await.unwrap() {
                        read.push(message);
                    }
                    read
                };
                tokio::join!(feed, collect).1
            });
            prop_assert_eq!(read, messages);
        }
    }
}
