//! A connection away from this machine, counted.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::Bytes;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::hosts::HostTally;
use crate::report::Tally;

/// How long a connection may be silent before the other end is asked whether it is still there. A proxy that vanished
/// without a word would otherwise hold its tunnels for ever.
const SILENCE: Duration = Duration::from_secs(45);
/// The time between the questions when no answer comes.
const ASK_AGAIN: Duration = Duration::from_secs(15);

/// A connection to the proxy, or through it, or past it.
pub(crate) struct Wire {
    /// What came with the answer of the proxy and belongs to the destination.
    early: Bytes,
    line: Line,
}

enum Line {
    Plain(Counted),
    Tls(Box<TlsStream<Counted>>),
}

impl Wire {
    pub(crate) fn plain(line: Counted) -> Wire {
        Wire {
            early: Bytes::new(),
            line: Line::Plain(line),
        }
    }

    pub(crate) fn tls(line: TlsStream<Counted>) -> Wire {
        Wire {
            early: Bytes::new(),
            line: Line::Tls(Box::new(line)),
        }
    }

    /// The wire with bytes before those that are still to come.
    pub(crate) fn with_early(mut self, early: Bytes) -> Wire {
        self.early = if self.early.is_empty() {
            early
        } else {
            [early, self.early].concat().into()
        };
        self
    }

    /// What came with the answer of the proxy and was not read yet.
    #[cfg(target_os = "linux")]
    pub(crate) fn take_early(&mut self) -> Bytes {
        std::mem::take(&mut self.early)
    }

    /// The connection itself, where the bytes on it are those of the destination.
    #[cfg(target_os = "linux")]
    pub(crate) fn line(&self) -> Option<&Counted> {
        match &self.line {
            Line::Plain(line) => Some(line),
            Line::Tls(_) => None,
        }
    }

    /// Makes the connection end with a reset instead of a regular end, once it is dropped.
    pub(crate) fn reset(&self) {
        let line = match &self.line {
            Line::Plain(line) => line,
            Line::Tls(line) => line.get_ref().0,
        };
        line.tcp.set_zero_linger().ok(); // It is about to end either way.
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.early.is_empty() {
            let count = self.early.len().min(buf.remaining());
            let early = self.early.split_to(count);
            buf.put_slice(&early);
            return Poll::Ready(Ok(()));
        }
        match &mut self.line {
            Line::Plain(line) => Pin::new(line).poll_read(cx, buf),
            Line::Tls(line) => match ready!(Pin::new(line).poll_read(cx, buf)) {
                // Many proxies hang up without the farewell of TLS. What is inside knows by itself whether it is whole.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
                read => Poll::Ready(read),
            },
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.line {
            Line::Plain(line) => Pin::new(line).poll_write(cx, bytes),
            Line::Tls(line) => Pin::new(line).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.line {
            Line::Plain(line) => Pin::new(line).poll_write_vectored(cx, bytes),
            Line::Tls(line) => Pin::new(line).poll_write_vectored(cx, bytes),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.line {
            Line::Plain(line) => Pin::new(line).poll_flush(cx),
            Line::Tls(line) => Pin::new(line).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.line {
            Line::Plain(line) => Pin::new(line).poll_shutdown(cx),
            Line::Tls(line) => Pin::new(line).poll_shutdown(cx),
        }
    }
}

/// A TCP connection of which each byte is added to the tallies.
pub(crate) struct Counted {
    tcp: TcpStream,
    tally: Arc<Tally>,
    host: Arc<HostTally>,
}

impl Counted {
    pub(crate) fn new(
        tcp: TcpStream,
        tally: Arc<Tally>,
        host: Arc<HostTally>,
    ) -> io::Result<Counted> {
        tcp.set_nodelay(true)?;
        let keepalive = TcpKeepalive::new()
            .with_time(SILENCE)
            .with_interval(ASK_AGAIN);
        SockRef::from(&tcp).set_tcp_keepalive(&keepalive)?;
        Ok(Counted { tcp, tally, host })
    }

    /// For whoever counts by itself what goes over it.
    #[cfg(target_os = "linux")]
    pub(crate) fn tcp(&self) -> &TcpStream {
        &self.tcp
    }

    pub(crate) fn count_sent(&self, bytes: usize) {
        self.tally.sent(bytes);
        self.host.sent(bytes);
    }

    pub(crate) fn count_received(&self, bytes: usize) {
        self.tally.received(bytes);
        self.host.received(bytes);
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(cx, buf))?;
        let count = buf.filled().len() - before;
        self.count_received(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.tcp).poll_write(cx, bytes))?;
        self.count_sent(written);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.tcp).poll_write_vectored(cx, bytes))?;
        self.count_sent(written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
