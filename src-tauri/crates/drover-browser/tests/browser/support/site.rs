//! A loopback web server with a login, a page that never answers, and whatever pages a test brings.

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

const LOGIN: &str = r#"<title>Sign in</title><form method="post" action="/login">
<label for="user">User name</label><input id="user" name="user">
<label>Password <input type="password" name="password"></label>
<button>Sign in</button></form>"#;

/// The server. It ends with the value.
pub(crate) struct Site {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Site {
    /// Serves `/login`, `/home`, `/forever`, `/echo` with the head of the request, and the given pages.
    pub(crate) async fn start(pages: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let pages = pages
            .iter()
            .map(|&(path, html)| (path.to_owned(), html.to_owned()));
        let pages: Arc<HashMap<String, String>> = Arc::new(pages.collect());
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let pages = pages.clone();
                connections.spawn(async move { serve(stream, &pages).await });
            }
        });
        Self { address, accepting }
    }

    /// Ends it, with the connections that are open.
    pub(crate) async fn stop(mut self) {
        self.accepting.abort();
        (&mut self.accepting).await.unwrap_err();
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(mut stream: TcpStream, pages: &HashMap<String, String>) -> Option<()> {
    let mut request = Vec::new();
    let (head, body) = loop {
        if stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            });
            if body.len() >= length.unwrap_or(0) {
                break (head.to_owned(), body.to_owned());
            }
        }
    };
    let mut words = head.split(' ');
    let (method, path) = (words.next()?, words.next()?.split('?').next()?);
    let signed_in = head
        .lines()
        .any(|line| line.to_lowercase().starts_with("cookie:") && line.contains("session=1"));
    let answer = match (method, path) {
        ("POST", "/login") if body == "user=ada&password=right" => {
            "HTTP/1.1 303 See Other\r\nLocation: /home\r\nSet-Cookie: session=1; Max-Age=86400\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n"
                .to_owned()
        }
        ("POST", "/login") => page("<h1>Wrong password</h1>"),
        (_, "/forever") => std::future::pending().await,
        (_, "/echo") => page(&format!("<title>Echo</title><pre>{head}</pre>")),
        (_, "/login") => page(LOGIN),
        (_, "/home") if signed_in => page("<title>Home</title><h1>Welcome, ada</h1><p data-testid='balance'>42.50</p>"),
        (_, "/home") => page("<title>Home</title><h1>Please sign in</h1>"),
        (_, path) => pages.get(path).map_or_else(not_found, |html| page(html)),
    };
    stream.write_all(answer.as_bytes()).await.ok()
}

fn page(html: &str) -> String {
    let html = format!("<!doctype html><meta charset='utf-8'>{html}");
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: no-store\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{html}",
        html.len()
    )
}

fn not_found() -> String {
    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned()
}
