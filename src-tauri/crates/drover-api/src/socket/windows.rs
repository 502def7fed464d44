//! The socket on Windows: a named pipe. Its default access list lets only its owner,
//! administrators and the system write to it, and a client has to write.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use tokio::net::windows::named_pipe::{
    ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions,
};

use crate::serve::ServeError;

/// The server's end of a connection.
pub(crate) type Accepted = NamedPipeServer;
/// The client's end of one.
pub(crate) type Connected = NamedPipeClient;

/// `ERROR_PIPE_BUSY`: every instance is taken, a new one comes in a moment.
const PIPE_BUSY: i32 = 231;

/// A listening pipe; the system removes it with its last handle.
pub(crate) struct Listener {
    /// The instance that waits for the next client.
    next: NamedPipeServer,
    name: OsString,
}

impl Listener {
    /// Listens on the pipe of that path. A second listener is refused by the system.
    pub(crate) fn bind(path: &Path) -> Result<Self, ServeError> {
        let name = pipe_name(path);
        let next = ServerOptions::new()
            .first_pipe_instance(true)
            .reject_remote_clients(true)
            .create(&name)
            .map_err(|source| match source.kind() {
                io::ErrorKind::PermissionDenied => ServeError::Taken(path.to_owned()),
                _ => ServeError::Io {
                    doing: "listen at",
                    path: PathBuf::from(&name),
                    source,
                },
            })?;
        Ok(Self { next, name })
    }

    /// The next connection.
    pub(crate) async fn accept(&mut self) -> io::Result<Accepted> {
        self.next.connect().await?;
        let fresh = ServerOptions::new()
            .reject_remote_clients(true)
            .create(&self.name)?;
        Ok(std::mem::replace(&mut self.next, fresh))
    }
}

/// A name of its own for each path: FNV-1a (64 bits), which is the same in every build.
fn pipe_name(path: &Path) -> OsString {
    let bytes = path.as_os_str().as_encoded_bytes();
    let digest = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    OsString::from(format!(r"\\.\pipe\drover-{digest:016x}"))
}

/// Connects to the pipe of that path.
#[expect(
    clippy::unused_async,
    reason = "the caller is the same on every platform"
)]
pub(crate) async fn connect(path: &Path) -> io::Result<Connected> {
    ClientOptions::new().open(pipe_name(path))
}

/// Whether the error says that nobody listens.
pub(crate) fn nobody_listens(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound && error.raw_os_error() != Some(PIPE_BUSY)
}
