use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What `/big` holds.
pub(crate) const BIG: usize = 8 * 1024 * 1024;
pub(crate) const GREETING: &str = "hello from the origin";

/// A site, which remembers every connection by the head of its request.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Origin {
    pub(crate) async fn start() -> Origin {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let remembered = Arc::clone(&heads);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let number = {
                    let mut heads = remembered.lock().unwrap();
                    heads.push(String::new());
                    heads.len() - 1
                };
                tokio::spawn(answer(stream, number, Arc::clone(&remembered)));
            }
        });
        Origin { address, heads }
    }

    /// One for each connection; empty while no request has come on it.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

async fn answer(mut stream: TcpStream, number: usize, heads: Arc<Mutex<Vec<String>>>) {
    let Some(head) = head(&mut stream).await else {
        return; // A check connects and sends nothing.
    };
    let body = if head.contains("/big ") {
        "b".repeat(BIG)
    } else {
        GREETING.to_owned()
    };
    heads.lock().unwrap()[number] = head;
    let length = body.len();
    let answer =
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(answer.as_bytes()).await.ok(); // The client may have been cut.
}

pub(crate) async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}
