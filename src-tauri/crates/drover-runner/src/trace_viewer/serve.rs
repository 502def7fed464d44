//! Answers one connection.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::entrance::Entrances;
use super::request::{Wanted, mime, wanted};

/// A browser's request without a body is far shorter.
const LONGEST_HEAD: usize = 16 * 1024;
/// A browser sends its request at once.
const HEAD_LIMIT: Duration = Duration::from_secs(10);

/// What is served, and to whom.
pub(super) struct Served {
    /// The folder with the viewer's files.
    pub(super) viewer: PathBuf,
    pub(super) trace: PathBuf,
    /// The listener's own `127.0.0.1:port`.
    pub(super) address: String,
    pub(super) token: String,
    pub(super) entrances: Entrances,
}

impl Served {
    /// The page of the trace.
    pub(super) fn page(&self) -> String {
        let base = format!("http://{}/{}", self.address, self.token);
        format!("{base}/index.html?trace={base}/trace.zip")
    }
}

/// One request, one answer.
pub(super) async fn serve(mut stream: TcpStream, served: &Served) -> std::io::Result<()> {
    let Ok(Some(head)) = timeout(HEAD_LIMIT, head(&mut stream)).await else {
        return Ok(());
    };
    let wanted = match wanted(&head, &served.address, &served.token) {
        Ok(wanted) => wanted,
        Err(status) => return refuse(&mut stream, status).await,
    };
    let (path, mime) = match wanted {
        Wanted::Trace => (served.trace.clone(), mime("trace.zip")),
        Wanted::Entrance(word) if served.entrances.take(&word) => {
            return enter(&mut stream, &served.page()).await;
        }
        Wanted::Entrance(_) => return refuse(&mut stream, "404 Not Found").await,
        Wanted::File(inside) => (served.viewer.join(&inside), mime(&inside)),
    };
    match open(&path).await {
        Some((mut file, size)) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\nContent-Length: {size}\r\nConnection: close\r\n\
                 Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
            tokio::io::copy(&mut file, &mut stream).await?;
            stream.shutdown().await
        }
        None => refuse(&mut stream, "404 Not Found").await,
    }
}

async fn open(path: &Path) -> Option<(File, u64)> {
    let file = File::open(path).await.ok()?;
    let meta = file.metadata().await.ok()?;
    meta.is_file().then_some((file, meta.len()))
}

async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    while bytes.len() <= LONGEST_HEAD {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            bytes.truncate(end);
            return String::from_utf8(bytes).ok();
        }
    }
    None
}

async fn enter(stream: &mut TcpStream, page: &str) -> std::io::Result<()> {
    let answer = format!(
        "HTTP/1.1 303 See Other\r\nLocation: {page}\r\nContent-Length: 0\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\r\n"
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

async fn refuse(stream: &mut TcpStream, status: &str) -> std::io::Result<()> {
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
