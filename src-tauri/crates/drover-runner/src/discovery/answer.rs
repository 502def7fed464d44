//! What a runner says while it lists: the last of it, for a message.

use drover_browser::Exit;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::process::Child;

/// Of each stream so many bytes are kept.
const KEPT: usize = 16 * 1024;

/// How a runner ended, and its last words.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) exit: Exit,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Answer {
    /// Its complaint, in a few lines; a runner that is silent has at least its end.
    pub(super) fn complaint(&self) -> String {
        let words = [&self.stderr, &self.stdout].into_iter();
        let words = words.map(|text| super::problem::plain(text));
        words
            .map(|text| text.trim().to_owned())
            .find(|text| !text.is_empty())
            .unwrap_or_else(|| match self.exit {
                Exit::Code(code) => format!("the runner ended with {code} and said nothing"),
                Exit::Signal(signal) => format!("signal {signal} ended the runner"),
            })
    }
}

/// Reads both streams to their end. A grandchild that keeps them open does not keep the list waiting.
pub(super) async fn answer(child: &Child) -> Answer {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    if let Some((mut out, mut err)) = child.take_pipes() {
        let read = async { tokio::join!(last(&mut out, &mut stdout), last(&mut err, &mut stderr)) };
        tokio::select! {
            _ = read => {}
            () = ended(child) => {}
        }
    }
    let exit = child.wait().await;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Answer {
        exit,
        stdout: text(stdout),
        stderr: text(stderr),
    }
}

/// The end of the runner itself, with a moment for what is still in the pipes.
async fn ended(child: &Child) {
    child.wait().await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
}

async fn last(from: &mut (impl AsyncRead + Unpin), kept: &mut Vec<u8>) {
    let mut buffer = vec![0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        kept.extend_from_slice(&buffer[..read]);
        let too_many = kept.len().saturating_sub(KEPT);
        kept.drain(..too_many);
    }
}
