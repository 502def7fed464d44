//! What a browser asks of the listener, and whether it may have it.

use subtle::ConstantTimeEq as _;

/// What is refused, as a status line says it.
pub(super) type Refused = &'static str;

/// What is served.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Trace,
    /// A file of the viewer, by its path inside.
    File(String),
    /// The page of the trace, for who has been given this word.
    Entrance(String),
}

/// Stands where the token does, before the word of an entrance.
pub(super) const OPEN: &str = "open";

/// Reads a request without a body. `address` is the listener's own `127.0.0.1:port`; pages of other origins and other
/// names for this machine are turned away.
pub(super) fn wanted(head: &str, address: &str, token: &str) -> Result<Wanted, Refused> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target), Some(_)) = (words.next(), words.next(), words.next()) else {
        return Err("400 Bad Request");
    };
    let header = |name: &str| -> Vec<&str> {
        head.split("\r\n")
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect()
    };
    match header("host").as_slice() {
        [host] if *host == address => {}
        [_] => return Err("403 Forbidden"),
        _ => return Err("400 Bad Request"),
    }
    let own = format!("http://{address}");
    if header("origin").iter().any(|origin| *origin != own) {
        return Err("403 Forbidden");
    }
    let path = target.split(['?', '#']).next().unwrap_or_default();
    if let Some(word) = path.strip_prefix("/open/") {
        return match method {
            "GET" => Ok(Wanted::Entrance(word.to_owned())),
            _ => Err("405 Method Not Allowed"),
        };
    }
    let Some((_, inside)) = path
        .strip_prefix('/')
        .and_then(|path| path.split_once('/'))
        .filter(|(given, _)| bool::from(given.as_bytes().ct_eq(token.as_bytes())))
    else {
        return Err("404 Not Found");
    };
    if method != "GET" {
        return Err("405 Method Not Allowed");
    }
    match inside {
        "trace.zip" => Ok(Wanted::Trace),
        "" => Ok(Wanted::File("index.html".to_owned())),
        _ if is_plain(inside) => Ok(Wanted::File(inside.to_owned())),
        _ => Err("404 Not Found"),
    }
}

/// Names that stay inside: the viewer's own need nothing else.
fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    })
}

/// The type that a browser needs to be told.
pub(super) fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("ttf") => "font/ttf",
        Some("webmanifest") => "application/manifest+json",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, headers: &str, expected: Result<&str, Refused>) {
        let head = format!("{line} HTTP/1.1\r\n{headers}\r\n");
        let answer = wanted(&head, "127.0.0.1:9", "t0k");
        let expected = expected.map(|path| match path {
            "trace" => Wanted::Trace,
            path => match path.strip_prefix("open ") {
                Some(word) => Wanted::Entrance(word.to_owned()),
                None => Wanted::File(path.to_owned()),
            },
        });
        assert_eq!(answer, expected, "{head}");
    }

    #[test]
    fn one_trace_and_the_viewer_are_served_to_their_own_page_only() {
        let own = "Host: 127.0.0.1:9\r\n";
        check("GET /t0k/trace.zip", own, Ok("trace"));
        check("GET /t0k/", own, Ok("index.html"));
        check(
            "GET /t0k/assets/a-1_b.js?x=../y",
            own,
            Ok("assets/a-1_b.js"),
        );
        for path in [
            "/t0k/../x",
            "/t0k/a/../../x",
            "/t0k/%2e%2e/x",
            "/t0k//etc",
            "/t0k/.env",
        ] {
            check(&format!("GET {path}"), own, Err("404 Not Found"));
        }
        for path in ["/", "/t0k", "/t0/trace.zip", "/wrong/trace.zip"] {
            check(&format!("GET {path}"), own, Err("404 Not Found"));
        }
        check("GET /open/w0rd", own, Ok("open w0rd"));
        check("GET /open/w0rd", "Host: x\r\n", Err("403 Forbidden"));
        check("POST /open/w0rd", own, Err("405 Method Not Allowed"));
        check("POST /t0k/trace.zip", own, Err("405 Method Not Allowed"));
        check("GET /t0k/", "", Err("400 Bad Request"));
        check("GET /t0k/", &format!("{own}{own}"), Err("400 Bad Request"));
        check("GET /t0k/", "Host: evil.test\r\n", Err("403 Forbidden"));
        check("GET /t0k/", "Host: localhost:9\r\n", Err("403 Forbidden"));
        let from = |origin: &str| format!("{own}Origin: {origin}\r\n");
        check("GET /t0k/", &from("http://127.0.0.1:9"), Ok("index.html"));
        check("GET /t0k/", &from("http://evil.test"), Err("403 Forbidden"));
        check("GET /t0k/", &from("null"), Err("403 Forbidden"));
        check("nonsense", own, Err("400 Bad Request"));
    }
}
