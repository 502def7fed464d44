//! A tunnel through an HTTP proxy: `CONNECT` (RFC 9110, section 9.3.6).

use hyper::body::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zeroize::Zeroizing;

use crate::Result;
use crate::dial::{Dialer, HEAD};
use crate::target::Target;
use crate::wire::Wire;

/// Header fields that an answer may have.
const FIELDS: usize = 128;

/// Asks the proxy on the other end of the wire for a tunnel.
pub(crate) async fn tunnel(dialer: &Dialer, mut wire: Wire, target: &Target) -> Result<Wire> {
    let mut request = Zeroizing::new(Vec::with_capacity(512));
    request
        .extend_from_slice(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").as_bytes());
    if let Some(value) = dialer.authorization() {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(value.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    wire.write_all(&request)
        .await
        .map_err(|_| dialer.broken())?;

    let mut head = Vec::with_capacity(1024);
    loop {
        match parse(&head) {
            // Says nothing yet, the answer is still to come.
            Ok(Some((100..=199, length))) => {
                head.drain(..length);
                continue;
            }
            Ok(Some((200..=299, length))) => {
                return Ok(wire.with_early(Bytes::from(head.split_off(length))));
            }
            // The second is what some proxies answer to a wrong login; a tunnel has no site that could say it.
            Ok(Some((407 | 401, _))) => return Err(dialer.login_refused()),
            Ok(Some((status, _))) => return Err(dialer.refused(format!("status {status}"))),
            Ok(None) if head.len() < HEAD => {}
            Ok(None) | Err(_) => return Err(dialer.garbled()),
        }
        match wire.read_buf(&mut head).await {
            Ok(1..) => {}
            // How the connection ended does not matter, there is no whole answer.
            Ok(0) | Err(_) => return Err(dialer.broken()),
        }
    }
}

/// The status and the length of a head, once it is whole.
fn parse(bytes: &[u8]) -> std::result::Result<Option<(u16, usize)>, httparse::Error> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut head = httparse::Response::new(&mut fields);
    Ok(match head.parse(bytes)? {
        httparse::Status::Complete(length) => head.code.map(|status| (status, length)),
        httparse::Status::Partial => None,
    })
}
