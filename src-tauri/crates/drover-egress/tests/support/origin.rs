use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
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
        Origin::start_on("127.0.0.1:0").await
    }

    pub(crate) async fn start_on(address: &str) -> Origin {
        let listener = TcpListener::bind(address).await.unwrap();
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
    let path = head.split([' ', '?']).nth(1).unwrap_or_default().to_owned();
    heads.lock().unwrap()[number] = head;
    if path == "/socket" {
        return echo(stream).await;
    }
    let (status, more, body) = match path.as_str() {
        "/big" => ("200 OK", "", "b".repeat(BIG)),
        "/ip" => ("200 OK", "", "203.0.113.7\n".to_owned()),
        "/json" => ("200 OK", "", r#"{"ip":"2001:db8::7"}"#.to_owned()),
        "/origin" => (
            "200 OK",
            "",
            r#"{"origin":"10.0.0.1, 203.0.113.8"}"#.to_owned(),
        ),
        "/query" => (
            "200 OK",
            "",
            r#"{"status":"success","query":"203.0.113.9"}"#.to_owned(),
        ),
        "/long" => ("200 OK", "", " ".repeat(100_000)),
        "/busy" => ("503 Busy", "", String::new()),
        "/once" => ("302 Found", "Location: /ip?token=x\r\n", String::new()),
        "/for-ever" => ("302 Found", "Location: for-ever\r\n", String::new()),
        _ => ("200 OK", "", GREETING.to_owned()),
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(answer.as_bytes()).await.ok(); // The client may have been cut.
}

/// Changes to a protocol in which everything comes back, as a web socket would do it.
async fn echo(mut stream: TcpStream) {
    let answer =
        "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nwelcome ";
    stream.write_all(answer.as_bytes()).await.unwrap();
    let (mut read, mut write) = stream.split();
    tokio::io::copy(&mut read, &mut write).await.ok();
}

pub(crate) async fn head(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}
