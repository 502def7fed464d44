//! A small server of static files on loopback.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

/// How long a browser may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves a folder under a policy, from threads that end with the program.
pub(super) fn serve(folder: PathBuf, policy: String) -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("failed to listen on loopback")?;
    let address = listener.local_addr()?;
    let site = Arc::new(Site { folder, policy });
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let site = Arc::clone(&site);
            std::thread::spawn(move || {
                site.answer(&stream).ok(); // the browser went away
            });
        }
    });
    Ok(address)
}

struct Site {
    folder: PathBuf,
    policy: String,
}

impl Site {
    fn answer(&self, stream: &TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut lines = BufReader::new(stream).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        for line in lines {
            if line?.is_empty() {
                break;
            }
        }
        let found = wanted_file(&request).and_then(|path| {
            let content = std::fs::read(self.folder.join(&path)).ok()?;
            Some((media_type(&path), content))
        });
        let (status, kind, content) = match found {
            Some((kind, content)) => ("200 OK", kind, content),
            None => ("404 Not Found", "text/plain", b"no such file".to_vec()),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
             Content-Security-Policy: {}\r\nX-Content-Type-Options: nosniff\r\n\
             Cache-Control: no-store\r\nConnection: close\r\n\r\n",
            content.len(),
            self.policy
        );
        let mut stream = stream;
        stream.write_all(head.as_bytes())?;
        stream.write_all(&content)
    }
}

/// The file that a request line asks for, below the folder; nothing for another method or a way out.
fn wanted_file(request: &str) -> Option<PathBuf> {
    let mut words = request.split_whitespace();
    let path = (words.next()? == "GET").then(|| words.next())??;
    let path = path.split(['?', '#']).next()?.trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let path = Path::new(path);
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    inside.then(|| path.to_path_buf())
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::files;

    #[test]
    fn files_stay_below_the_folder() {
        let file = |line| wanted_file(line).map(|path| path.display().to_string());
        assert_eq!(file("GET / HTTP/1.1").as_deref(), Some("index.html"));
        assert_eq!(
            file("GET /a/b.css?v=1 HTTP/1.1").as_deref(),
            Some("a/b.css")
        );
        assert_eq!(file("GET /../Cargo.toml HTTP/1.1"), None);
        assert_eq!(file("POST / HTTP/1.1"), None);
        assert_eq!(file(""), None);
    }

    #[test]
    fn answers_with_the_file_and_the_policy() {
        let folder = std::env::temp_dir().join(format!("xtask-serve-{}", std::process::id()));
        files::write(&folder.join("index.html"), b"<p>here</p>").unwrap();
        let address = serve(folder.clone(), "default-src 'none'".to_owned()).unwrap();
        let ask = |path: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        let page = ask("/?scene=small");
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        assert!(
            page.contains("\r\nContent-Security-Policy: default-src 'none'\r\n"),
            "{page}"
        );
        assert!(page.ends_with("\r\n\r\n<p>here</p>"), "{page}");
        assert!(ask("/gone.css").starts_with("HTTP/1.1 404 "));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
