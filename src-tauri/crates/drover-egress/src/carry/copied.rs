use std::io;

use tokio::io::copy_bidirectional_with_sizes;
use tokio::net::TcpStream;

use crate::wire::Wire;

/// Bytes read at once in each direction. Larger than the default of 8 KiB, for downloads; it is all that is ever kept
/// of a direction whose receiver is slow.
pub(crate) const BUFFER: usize = 64 * 1024;

/// Carries bytes both ways through the memory of this process.
pub(crate) async fn copied(client: &mut TcpStream, wire: &mut Wire) -> io::Result<()> {
    let both = copy_bidirectional_with_sizes(client, wire, BUFFER, BUFFER);
    both.await.map(drop)
}

/// All of the bytes, on a stream that is borrowed for the other direction as well.
#[cfg(target_os = "linux")]
pub(crate) async fn write_all(to: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        to.writable().await?;
        match to.try_write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
