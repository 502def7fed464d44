use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Far above what an answer takes; a hang is what it is for.
const PATIENCE: Duration = Duration::from_mins(5);

/// Sends one request for a whole address and reads until the end of the connection.
pub(crate) async fn get(gateway: SocketAddr, url: &str) -> String {
    let request = format!("GET {url} HTTP/1.1\r\nHost: in.the.header\r\nConnection: close\r\n\r\n");
    send(gateway, request.as_bytes()).await
}

pub(crate) async fn send(gateway: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(gateway).await.unwrap();
    // The gateway may answer and close before it has read a request that is too large.
    stream.write_all(request).await.ok();
    String::from_utf8_lossy(&rest(&mut stream).await).into_owned()
}

/// Asks for a tunnel; the answer's head, and the stream behind it.
pub(crate) async fn connect(gateway: SocketAddr, target: &str) -> (String, TcpStream) {
    let mut stream = TcpStream::connect(gateway).await.unwrap();
    let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(
            timeout(PATIENCE, stream.read_u8())
                .await
                .expect("an answer")
                .unwrap(),
        );
    }
    (String::from_utf8(head).unwrap(), stream)
}

/// A plain request inside a tunnel.
pub(crate) async fn get_through(gateway: SocketAddr, target: SocketAddr, path: &str) -> String {
    let (head, mut stream) = connect(gateway, &target.to_string()).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    String::from_utf8(rest(&mut stream).await).unwrap()
}

/// Everything up to the end of the connection, whether it is closed or cut.
pub(crate) async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    end(stream).await.0
}

/// Everything up to the end of the connection, and whether that end was regular.
pub(crate) async fn end(stream: &mut (impl AsyncRead + Unpin)) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let end = timeout(PATIENCE, stream.read_to_end(&mut bytes))
        .await
        .expect("the connection ends");
    (bytes, end.is_ok())
}
