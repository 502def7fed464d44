use std::net::SocketAddr;

use drover_egress::UpstreamKind;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::client::rest;
use super::origin::head;
use super::proxies::{PASSWORD, USER, scripted};
use super::tls::Certificate;

/// What a scripted proxy says for every destination. It never goes anywhere itself.
pub(crate) const HELLO: &str = "hello from the proxy";

/// How a scripted proxy behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// As it should.
    Works,
    /// Resets each connection after its first byte.
    Resets,
    /// Takes connections and never answers.
    Stalls,
    /// Answers with another protocol.
    Lies,
    /// Works, and resets in the middle of an answer.
    DiesMidway,
}

/// A connection to a scripted proxy, as it is or inside TLS.
trait Line: AsyncRead + AsyncWrite + Unpin + Send {
    /// It will be reset when it is dropped.
    fn reset_at_end(&self);
}

impl Line for TcpStream {
    fn reset_at_end(&self) {
        self.set_zero_linger().unwrap();
    }
}

impl Line for TlsStream<TcpStream> {
    fn reset_at_end(&self) {
        self.get_ref().0.set_zero_linger().unwrap();
    }
}

/// Starts a scripted proxy of the kind; `login` is whether it wants [`USER`], with [`PASSWORD`] where there is one. One
/// for HTTPS has the certificate that this process trusts.
pub(crate) async fn proxy(kind: UpstreamKind, login: bool, manner: Manner) -> SocketAddr {
    if kind != UpstreamKind::Https {
        return scripted(move |stream| play(stream, kind, login, manner)).await;
    }
    let certificate = Certificate::trusted().expect("this process trusts none of the test's");
    let acceptor = certificate.acceptor();
    scripted(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            // The gateway may have gone before, as it does where it has waited enough.
            if let Ok(stream) = acceptor.accept(stream).await {
                play(stream, kind, login, manner).await;
            }
        }
    })
    .await
}

async fn play(mut stream: impl Line, kind: UpstreamKind, login: bool, manner: Manner) {
    match manner {
        Manner::Works | Manner::DiesMidway => {}
        Manner::Resets => {
            stream.read_u8().await.ok();
            stream.reset_at_end();
            return;
        }
        Manner::Stalls => {
            rest(&mut stream).await;
            return;
        }
        Manner::Lies => {
            stream.read_u8().await.ok();
            stream
                .write_all(b"220 mail.example ESMTP\r\n\r\n")
                .await
                .ok();
            stream.flush().await.ok();
            rest(&mut stream).await;
            return;
        }
    }
    let passed = match kind {
        UpstreamKind::Http | UpstreamKind::Https => http(&mut stream, login).await,
        UpstreamKind::Socks4 => four(&mut stream, login).await,
        UpstreamKind::Socks5 => five(&mut stream, login).await,
    };
    if passed.is_none() {
        return;
    }
    let whole = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{HELLO}",
        HELLO.len()
    );
    let part = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart";
    if manner == Manner::Works {
        stream.write_all(whole.as_bytes()).await.ok();
        stream.shutdown().await.ok(); // Whoever asked may have gone.
    } else {
        stream.write_all(part.as_bytes()).await.ok();
        stream.flush().await.ok();
        // The reset would take along what is not yet read at the other end.
        tokio::task::yield_now().await;
        stream.reset_at_end();
    }
}

/// Up to the point where an answer of the destination is due. `None` when the client was turned away.
async fn http(stream: &mut impl Line, login: bool) -> Option<()> {
    let asked = head(stream).await?;
    // `shop-a:canary-4f1c`
    let known = asked.contains("Basic c2hvcC1hOmNhbmFyeS00ZjFj\r\n");
    if login && !known {
        let answer = "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).await.ok()?;
        return None;
    }
    if asked.starts_with("CONNECT ") {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
        head(stream).await?;
    }
    Some(())
}

async fn four(stream: &mut impl Line, login: bool) -> Option<()> {
    let mut start = [0; 8];
    stream.read_exact(&mut start).await.ok()?;
    assert_eq!(start[..2], [4, 1], "a connect request");
    let user = text(stream).await?;
    if start[4..7] == [0, 0, 0] && start[7] != 0 {
        text(stream).await?;
    }
    let passed = !login || user == USER;
    let code = if passed { 90 } else { 93 };
    stream.write_all(&[0, code, 0, 0, 0, 0, 0, 0]).await.ok()?;
    if passed {
        head(stream).await.map(drop)
    } else {
        None
    }
}

/// A text that ends with a zero byte.
pub(crate) async fn text(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        match stream.read_u8().await.ok()? {
            0 => return String::from_utf8(bytes).ok(),
            byte => bytes.push(byte),
        }
    }
}

async fn five(stream: &mut impl Line, login: bool) -> Option<()> {
    assert_eq!(stream.read_u8().await.ok()?, 5);
    let methods = counted(stream).await?;
    let method = if login { 2 } else { 0 };
    if !methods.contains(&method) {
        stream.write_all(&[5, 255]).await.ok()?;
        return None;
    }
    stream.write_all(&[5, method]).await.ok()?;
    if login {
        assert_eq!(stream.read_u8().await.ok()?, 1);
        let (user, password) = (counted(stream).await?, counted(stream).await?);
        let known = user == USER.as_bytes() && password == PASSWORD.as_bytes();
        stream.write_all(&[1, u8::from(!known)]).await.ok()?;
        if !known {
            return None;
        }
    }
    let mut request = [0; 4];
    stream.read_exact(&mut request).await.ok()?;
    assert_eq!(request[..3], [5, 1, 0], "a connect request");
    let length = match request[3] {
        1 => 4,
        4 => 16,
        _ => usize::from(stream.read_u8().await.ok()?),
    };
    let mut place = vec![0; length + 2];
    stream.read_exact(&mut place).await.ok()?;
    stream
        .write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        .await
        .ok()?;
    head(stream).await.map(drop)
}

/// Bytes with their number before them.
async fn counted(stream: &mut impl Line) -> Option<Vec<u8>> {
    let mut bytes = vec![0; usize::from(stream.read_u8().await.ok()?)];
    stream.read_exact(&mut bytes).await.ok()?;
    Some(bytes)
}
