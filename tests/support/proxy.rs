//! A plain HTTP proxy that records what passes it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// It serves until the test ends.
pub(crate) struct Proxy {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            seen: Arc::default(),
        };
        let seen = proxy.seen.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = seen.clone();
                std::thread::spawn(move || pass(&stream, &seen));
            }
        });
        proxy
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The first line of every request.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// One request, in either form; the connection ends with it.
fn pass(client: &TcpStream, seen: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(client.try_clone().ok()?);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_owned());
    }
    let first = head.first()?.clone();
    seen.lock().unwrap().push(first.clone());
    let mut words = first.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let mut client_out = client.try_clone().ok()?;
    let mut origin = if method == "CONNECT" {
        let origin = TcpStream::connect(target).ok()?;
        client_out.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
        origin
    } else {
        let rest = target.strip_prefix("http://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut origin = TcpStream::connect(host).ok()?;
        let others = head[1..].iter().filter(|line| {
            !line.to_ascii_lowercase().starts_with("proxy-")
                && !line.to_ascii_lowercase().starts_with("connection:")
        });
        let lines: String = others.fold(format!("{method} /{path} HTTP/1.1\r\n"), |all, line| {
            format!("{all}{line}\r\n")
        });
        origin
            .write_all(format!("{lines}Connection: close\r\n\r\n").as_bytes())
            .ok()?;
        origin
    };
    let mut back = origin.try_clone().ok()?;
    let down = std::thread::spawn(move || {
        std::io::copy(&mut back, &mut client_out).ok();
        client_out.shutdown(std::net::Shutdown::Write).ok();
    });
    std::io::copy(&mut reader, &mut origin).ok();
    origin.shutdown(std::net::Shutdown::Write).ok();
    down.join().ok()
}
