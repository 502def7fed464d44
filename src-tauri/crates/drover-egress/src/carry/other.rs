//! Where the system has no way to leave bytes in the kernel, they are copied.

use std::io;

use tokio::net::TcpStream;

use super::copied::copied;
use crate::wire::Wire;

/// Carries bytes both ways until both sides have ended or one has failed.
pub(crate) async fn carry(client: &mut TcpStream, wire: &mut Wire) -> io::Result<()> {
    copied(client, wire).await
}
