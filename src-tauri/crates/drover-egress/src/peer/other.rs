//! Here the system does not tell who is at the other end of a connection, so every local process is let in.

use std::io;
use std::net::SocketAddr;

#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature is that of the systems that can tell"
)]
pub(crate) fn is_owner(_peer: SocketAddr, _own: SocketAddr) -> io::Result<bool> {
    Ok(true)
}
