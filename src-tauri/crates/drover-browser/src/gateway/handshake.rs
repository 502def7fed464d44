//! The first request on a connection: who may pass, and the answer.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::token::Token;

/// A websocket request of a real client has well under 2 KiB.
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Not understood.
    BadRequest,
    /// From a web page, or to another host's name, which a rebound name would be.
    Forbidden,
    /// Any path but the run's. A wrong token is answered like a path that does not exist.
    NotFound,
}

impl Refusal {
    fn answer(self) -> &'static str {
        match self {
            Self::BadRequest => {
                "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            }
            Self::Forbidden => {
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            }
            Self::NotFound => {
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            }
        }
    }
}

/// Reads the request and answers it. `Ok(Ok(..))` holds what the client has sent after the request.
pub(super) async fn shake_hands(
    stream: &mut TcpStream,
    here: SocketAddr,
    token: &Token,
) -> io::Result<Result<Vec<u8>, Refusal>> {
    let mut head = Vec::new();
    let end = loop {
        if let Some(at) = head.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break at + 4;
        }
        if head.len() > MAX_HEAD || stream.read_buf(&mut head).await? == 0 {
            return refuse(stream, Refusal::BadRequest).await;
        }
    };
    let rest = head.split_off(end);
    match check(&head, here, token) {
        Ok(key) => {
            let accept = derive_accept_key(key.as_bytes());
            let answer = format!(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Accept: {accept}\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).await?;
            Ok(Ok(rest))
        }
        Err(refusal) => refuse(stream, refusal).await,
    }
}

async fn refuse(stream: &mut TcpStream, refusal: Refusal) -> io::Result<Result<Vec<u8>, Refusal>> {
    stream.write_all(refusal.answer().as_bytes()).await?;
    stream.shutdown().await?;
    Ok(Err(refusal))
}

/// The websocket key of a request that may pass.
fn check(head: &[u8], here: SocketAddr, token: &Token) -> Result<String, Refusal> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(head) {
        Ok(status) if status.is_complete() => {}
        _ => return Err(Refusal::BadRequest),
    }
    let all = |name: &str| -> Vec<&[u8]> {
        request
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value)
            .collect()
    };
    let one = |name: &str| match all(name).as_slice() {
        [value] => std::str::from_utf8(value).ok(),
        _ => None,
    };
    if !all("origin").is_empty() || one("host") != Some(&here.to_string()) {
        return Err(Refusal::Forbidden);
    }
    let given = request
        .path
        .and_then(|path| path.strip_prefix("/cdp/"))
        .ok_or(Refusal::NotFound)?;
    if request.method != Some("GET") || !token.is(given) {
        return Err(Refusal::NotFound);
    }
    let says = |name: &str, word: &str| {
        one(name).is_some_and(|value| {
            value
                .split(',')
                .any(|part| part.trim().eq_ignore_ascii_case(word))
        })
    };
    let websocket = says("upgrade", "websocket")
        && says("connection", "upgrade")
        && says("sec-websocket-version", "13");
    one("sec-websocket-key")
        .filter(|_| websocket)
        .map(str::to_owned)
        .ok_or(Refusal::BadRequest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [&str; 5] = [
        "Host: 127.0.0.1:4000",
        "Upgrade: websocket",
        "Connection: keep-alive, Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];

    #[test]
    fn only_the_runs_own_request_passes() {
        let token = Token::random().unwrap();
        let path = format!("/cdp/{}", token.expose());
        let check = |line: &str, headers: &[&str], expected: Result<&str, Refusal>| {
            let head = format!("{line}\r\n{}\r\n\r\n", headers.join("\r\n"));
            let result = check(
                head.as_bytes(),
                SocketAddr::from(([127, 0, 0, 1], 4000)),
                &token,
            );
            assert_eq!(
                result.as_deref().map_err(|refusal| *refusal),
                expected,
                "{line} {headers:?}"
            );
        };
        let with = |header: &'static str| GOOD.into_iter().chain([header]).collect::<Vec<_>>();
        let without = |name: &str| {
            GOOD.into_iter()
                .filter(|header| !header.starts_with(name))
                .collect::<Vec<_>>()
        };
        let line = format!("GET {path} HTTP/1.1");
        check(&line, &GOOD, Ok("dGhlIHNhbXBsZSBub25jZQ=="));
        check(&line, &with("Origin: null"), Err(Refusal::Forbidden));
        check(
            &line,
            &with("oRIGIN: http://127.0.0.1:4000"),
            Err(Refusal::Forbidden),
        );
        check(
            &line,
            &with("Host: 127.0.0.1:4000"),
            Err(Refusal::Forbidden),
        );
        check(&line, &without("Host"), Err(Refusal::Forbidden));
        for host in [
            "localhost:4000",
            "127.0.0.1",
            "127.0.0.1:4001",
            "evil.test:4000",
        ] {
            let mut headers = without("Host");
            let host = format!("Host: {host}");
            headers.push(&host);
            check(&line, &headers, Err(Refusal::Forbidden));
        }
        check("GET /json/version HTTP/1.1", &GOOD, Err(Refusal::NotFound));
        check("GET /cdp/ HTTP/1.1", &GOOD, Err(Refusal::NotFound));
        check(
            &format!("GET {path}0 HTTP/1.1"),
            &GOOD,
            Err(Refusal::NotFound),
        );
        check(
            &format!("GET {path}?x HTTP/1.1"),
            &GOOD,
            Err(Refusal::NotFound),
        );
        check(
            &format!("POST {path} HTTP/1.1"),
            &GOOD,
            Err(Refusal::NotFound),
        );
        check(
            &format!("GET http://127.0.0.1:4000{path} HTTP/1.1"),
            &GOOD,
            Err(Refusal::NotFound),
        );
        check(&line, &without("Upgrade"), Err(Refusal::BadRequest));
        check(
            &line,
            &without("Sec-WebSocket-Key"),
            Err(Refusal::BadRequest),
        );
        check("rubbish", &GOOD, Err(Refusal::BadRequest));
    }
}
