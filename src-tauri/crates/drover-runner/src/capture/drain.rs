//! From a child's pipe to the recorder.

use drover_model::Stream;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;

use super::Recorder;

/// How much is read at a time.
const PIECE: usize = 64 * 1024;

/// Reads to the end. A slow disk fills the recorder's queue, then the pipe, and so slows the child down.
pub async fn drain(mut from: pipe::Receiver, stream: Stream, recorder: Recorder) {
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        // A pipe gives what it has; what comes in drops should not hold a whole piece of memory each.
        match from.read_buf(&mut piece).await {
            Ok(1..) => {}
            _ => return,
        }
        if piece.len() < PIECE / 4 {
            piece.shrink_to_fit();
        }
        recorder.output(stream, piece).await;
    }
}
