//! A site for tests, and the task that visits it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A shop on the loopback address: a form that takes a password, and a page for who has the cookie.
pub(crate) struct Site {
    pub(crate) address: String,
    /// Requests by path.
    pub(crate) seen: Arc<Mutex<BTreeMap<String, u32>>>,
    /// Every cookie that came with a request.
    cookies: Arc<Mutex<BTreeSet<String>>>,
}

impl Site {
    /// What was asked for, and how often, without what browsers ask for by themselves.
    pub(crate) fn asked(&self) -> BTreeMap<String, u32> {
        let mut seen = self.seen.lock().unwrap().clone();
        seen.remove("/favicon.ico");
        seen
    }

    pub(crate) fn cookies(&self) -> BTreeSet<String> {
        self.cookies.lock().unwrap().clone()
    }
}

pub(crate) async fn site() -> Site {
    site_on([127, 0, 0, 1]).await
}

/// A site of its own address has cookies of its own.
pub(crate) async fn site_on(ip: [u8; 4]) -> Site {
    let listener = TcpListener::bind((std::net::Ipv4Addr::from(ip), 0))
        .await
        .unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let site = Site {
        address,
        seen: Arc::default(),
        cookies: Arc::default(),
    };
    let (seen, cookies) = (Arc::clone(&site.seen), Arc::clone(&site.cookies));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (seen, cookies) = (Arc::clone(&seen), Arc::clone(&cookies));
            tokio::spawn(async move {
                let mut request = Vec::new();
                while !request.windows(4).any(|part| part == b"\r\n\r\n") {
                    if matches!(stream.read_buf(&mut request).await, Ok(0) | Err(_)) {
                        return;
                    }
                }
                let request = String::from_utf8_lossy(&request).into_owned();
                let target = request.split(' ').nth(1).unwrap_or("/").to_owned();
                let came = header(&request, "cookie").unwrap_or_default();
                let came = came.split("; ").filter(|cookie| !cookie.is_empty());
                // Whether a browser asks for an icon in time is chance.
                let came = came.filter(|_| target != "/favicon.ico");
                cookies.lock().unwrap().extend(came.map(str::to_owned));
                *seen.lock().unwrap().entry(target.clone()).or_insert(0) += 1;
                let answer = answer(&target, &request);
                stream.write_all(answer.as_bytes()).await.ok(); // the browser may have gone
            });
        }
    });
    site
}

fn header(request: &str, name: &str) -> Option<String> {
    request.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

fn answer(target: &str, request: &str) -> String {
    let path = target.split('?').next().unwrap_or(target);
    let known = request.contains("session=yes");
    let html = "Content-Type: text/html\r\n";
    let (head, body) = match path {
        "/" => (html.to_owned(), "<title>Shop</title><form action=/in><label>Password <input name=p></label><button>Sign in</button></form>".to_owned()),
        "/in" => (format!("{html}Set-Cookie: session=yes; Max-Age=3600\r\n"), "<title>In</title><h1>Welcome</h1><p class=price>12.50</p>".to_owned()),
        "/who" => (html.to_owned(), format!("<title>Who</title><h1>{}</h1>", if known { "known" } else { "stranger" })),
        "/popup" => (html.to_owned(), "<title>Links</title><a href=/who target=_blank rel=opener>Open</a>".to_owned()),
        "/frame" => (html.to_owned(), "<title>Frame</title><iframe src=/who></iframe>".to_owned()),
        "/upload" => (html.to_owned(), "<title>Upload</title><input type=file>".to_owned()),
        "/headers" => (html.to_owned(), format!("<title>Headers</title><pre>{}</pre>", request.to_ascii_lowercase())),
        "/download" => (html.to_owned(), "<title>Download</title><a href=/report>Get it</a>".to_owned()),
        "/report" => ("Content-Type: text/plain\r\nContent-Disposition: attachment; filename=report.txt\r\n".to_owned(), "three pears".to_owned()),
        "/api" => ("Content-Type: application/json\r\n".to_owned(), r#"{"price":12.5}"#.to_owned()),
        _ => (html.to_owned(), "<title>None</title>".to_owned()),
    };
    format!(
        "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nConnection: close\r\n{head}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A Playwright task in a profile, with `more` keys.
pub(crate) fn task(more: &Value) -> Value {
    let mut task = json!({ "kind": "playwright", "profiles": { "names": ["anna"] }, "timeout": { "run": "90s" } });
    for (key, value) in more.as_object().unwrap() {
        task[key] = value.clone();
    }
    task
}
