//! A small shop of the test's own, with the sample shop's form, that counts its visits.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

const FORM: &str = "<!doctype html><title>Shop</title><form method=post action=/sign-in><label>User <input name=user></label><label>Password <input name=password type=password></label><button>Sign in</button></form>";
const SHOP: &str =
    "<!doctype html><title>Shop</title><h1>Welcome</h1><b data-testid=price>12.50</b>";

/// It serves until the test ends.
pub(crate) struct Shop {
    port: u16,
    visits: Arc<AtomicUsize>,
}

impl Shop {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let shop = Self {
            port: listener.local_addr().unwrap().port(),
            visits: Arc::default(),
        };
        let visits = shop.visits.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                visits.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || answer(stream));
            }
        });
        shop
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.host())
    }

    pub(crate) fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

fn answer(mut stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut form = vec![0; length];
    reader.read_exact(&mut form).ok()?;
    let body = if first.starts_with("POST") {
        SHOP
    } else {
        FORM
    };
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(reply.as_bytes()).ok()
}
