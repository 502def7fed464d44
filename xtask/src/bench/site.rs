//! The pages that everybody visits, served from loopback.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result};

/// How long a browser may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a piece that fills a cache.
const PIECE: usize = 1_000_000;

/// A server whose threads end with the program.
pub(crate) struct Site {
    /// For instance `http://127.0.0.1:4711`.
    pub(crate) address: String,
    seen: Arc<Mutex<BTreeMap<String, u32>>>,
}

impl Site {
    pub(crate) fn open() -> Result<Self> {
        let listener =
            TcpListener::bind(("127.0.0.1", 0)).context("failed to listen on loopback")?;
        let address = format!("http://{}", listener.local_addr()?);
        let seen: Arc<Mutex<BTreeMap<String, u32>>> = Arc::default();
        let book = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let book = Arc::clone(&book);
                std::thread::spawn(move || {
                    answer(&stream, &book).ok(); // the browser went away
                });
            }
        });
        Ok(Self { address, seen })
    }

    /// How often a page was asked for.
    pub(crate) fn visits(&self, path: &str) -> u32 {
        let seen = self.seen.lock().expect("BUG: no thread of the site panics");
        seen.get(path).copied().unwrap_or_default()
    }
}

fn answer(stream: &TcpStream, seen: &Mutex<BTreeMap<String, u32>>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let mut cookie = String::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("cookie:") {
            value.clone_into(&mut cookie);
        }
    }
    let path = request.split_whitespace().nth(1).unwrap_or("/").to_owned();
    let page = page(&path, &cookie);
    let (status, kind, extra, content) = match &page {
        Some(page) => ("200 OK", page.kind, page.extra, &page.content[..]),
        None => ("404 Not Found", "text/plain", "", &b"no such page"[..]),
    };
    if let Ok(mut seen) = seen.lock() {
        *seen.entry(path).or_default() += 1;
    }
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{extra}Connection: close\r\n\r\n",
        content.len()
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes())?;
    stream.write_all(content)
}

struct Page {
    kind: &'static str,
    extra: &'static str,
    content: Vec<u8>,
}

fn page(path: &str, cookie: &str) -> Option<Page> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let html = |title: &str, body: &str| {
        let text = format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><link rel=icon href=data:,>{body}"
        );
        Some(Page {
            kind: "text/html; charset=utf-8",
            extra: "Cache-Control: no-store\r\n",
            content: text.into_bytes(),
        })
    };
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts[..] {
        ["tiny"] => html("Tiny", "<p>tiny"),
        ["hold"] => html("Hold", "<p>hold"),
        ["paragraphs"] => html("Paragraphs", &paragraphs()),
        ["form"] if query.is_empty() => html("Form", FORM),
        ["form"] => html("Welcome", &format!("<h1>Welcome, {}</h1>", name(query))),
        ["table"] => html("Table", &table()),
        ["noise"] => html("Noise", NOISE),
        ["visit", number] => html(&format!("Visit {number}"), "<p>one of many"),
        ["sign-in"] => {
            let signed = html("Signed in", "<h1>signed in</h1>")?;
            let extra =
                "Cache-Control: no-store\r\nSet-Cookie: session=kept; Max-Age=86400; Path=/\r\n";
            Some(Page { extra, ..signed })
        }
        ["who"] if cookie.contains("session=kept") => html("Who", "<h1>known</h1>"),
        ["who"] => html("Who", "<h1>stranger</h1>"),
        ["blob", number] => Some(piece(
            number,
            "Cache-Control: public, max-age=31536000, immutable\r\n",
        )),
        ["bulk", number] => Some(piece(number, "Cache-Control: no-store\r\n")),
        _ => None,
    }
}

const FORM: &str = "<h1>Form</h1><form action=/form><label>Name <input id=name name=name></label> \
    <button>Send</button></form>";

/// Fills a canvas with noise, which no compression makes small.
const NOISE: &str = "<style>body{margin:0}canvas{display:block}</style><canvas id=c width=2700 height=2600></canvas>\
    <script>const c=document.getElementById('c').getContext('2d');const i=c.createImageData(2700,2600);\
    const w=new Uint32Array(i.data.buffer);let s=1;for(let k=0;k<w.length;k++){s^=s<<13;s^=s>>>17;s^=s<<5;\
    w[k]=s|0xff000000}c.putImageData(i,0,0)</script>";

fn paragraphs() -> String {
    (1..=200).fold(String::new(), |mut text, number| {
        write!(
            text,
            "<p>Paragraph {number}. A page of this length is laid out, painted and photographed by everybody alike."
        )
        .expect("BUG: writing to a string failed");
        text
    })
}

fn table() -> String {
    let rows = (1..=50).fold(String::new(), |mut text, number| {
        write!(
            text,
            "<tr><td>{number}<td>Article {number}<td>{}.50",
            number * 3
        )
        .expect("BUG: writing to a string failed");
        text
    });
    format!("<table><thead><tr><th>Number<th>Article<th>Price<tbody>{rows}</table>")
}

/// The only field of the form, in letters.
fn name(query: &str) -> String {
    let value = query.strip_prefix("name=").unwrap_or_default();
    value.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Bytes that no compression makes small, the same for the same number.
fn piece(number: &str, extra: &'static str) -> Page {
    let mut state = number.bytes().fold(0x9e37_79b9_u32, |state, byte| {
        (state ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    }) | 1;
    let mut content = Vec::with_capacity(PIECE);
    while content.len() < PIECE {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        content.extend_from_slice(&state.to_le_bytes());
    }
    Page {
        kind: "application/octet-stream",
        extra,
        content,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn get(site: &Site, path: &str, head: &str) -> String {
        let mut stream = TcpStream::connect(site.address.strip_prefix("http://").unwrap()).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n{head}\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn every_page_has_what_is_looked_for() {
        let site = Site::open().unwrap();
        assert_eq!(get(&site, "/paragraphs", "").matches("<p>").count(), 200);
        assert_eq!(get(&site, "/table", "").matches("<tr><td>").count(), 50);
        assert!(get(&site, "/form?name=Ada", "").contains("Welcome, Ada"));
        assert!(get(&site, "/sign-in", "").contains("Set-Cookie: session=kept"));
        assert!(get(&site, "/who", "").contains("stranger"));
        assert!(get(&site, "/who", "Cookie: session=kept\r\n").contains("known"));
        assert!(get(&site, "/nothing", "").starts_with("HTTP/1.1 404"));
        assert_eq!(site.visits("/who"), 2);
    }

    #[test]
    fn pieces_are_large_and_differ() {
        let (one, two) = (piece("1", ""), piece("2", ""));
        assert_eq!(one.content.len(), PIECE);
        assert_ne!(one.content[..64], two.content[..64]);
        assert_eq!(one.content, piece("1", "").content);
    }
}
