//! From a child's pipe to the recorder.

use drover_model::Stream;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;

use super::Recorder;

/// How much is read at a time.
const PIECE: usize = 64 * 1024;

/// Reads to the end. A slow disk fills the recorder's queue, then the pipe, and so slows the child down.
pub async fn drain(mut from: pipe::Receiver, stream: Stream, recorder: Recorder) {
    let mut buffer = vec![0; PIECE];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        recorder.output(stream, buffer[..read].to_vec()).await;
    }
}
