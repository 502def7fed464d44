//! The socket on Unix: a file that its owner alone can open.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use tokio::net::{UnixListener, UnixStream};

use crate::serve::ServeError;

/// The server's end of a connection.
pub(crate) type Accepted = UnixStream;
/// The client's end of one.
pub(crate) type Connected = UnixStream;

/// A listening socket; dropping it removes its file.
pub(crate) struct Listener {
    socket: UnixListener,
    path: PathBuf,
}

impl Listener {
    /// Listens at `path`. A file that an earlier Drover left there is removed, but only
    /// after nobody answered on it.
    pub(crate) fn bind(path: &Path) -> Result<Self, ServeError> {
        let failed = |doing| {
            let path = path.to_owned();
            move |source| ServeError::Io {
                doing,
                path,
                source,
            }
        };
        let folder = path.parent().unwrap_or(Path::new("/"));
        private_folder(folder)?;
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed("look at")(error)),
            Ok(meta) if !meta.file_type().is_socket() => {
                return Err(ServeError::NotASocket(path.to_owned()));
            }
            Ok(_) => match std::os::unix::net::UnixStream::connect(path) {
                Ok(_) => return Err(ServeError::Taken(path.to_owned())),
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    fs::remove_file(path).map_err(failed("remove the old socket"))?;
                }
                Err(error) => return Err(failed("look at")(error)),
            },
        }
        // Whoever gets in between these two calls is turned away at `accept`.
        let socket = UnixListener::bind(path).map_err(failed("listen at"))?;
        let listener = Self {
            socket,
            path: path.to_owned(),
        };
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(failed("protect"))?;
        Ok(listener)
    }

    /// The next connection that the same user opened; others are closed at once.
    pub(crate) async fn accept(&mut self) -> io::Result<Accepted> {
        let own = rustix::process::geteuid().as_raw();
        loop {
            let (stream, _) = self.socket.accept().await?;
            match stream.peer_cred() {
                Ok(peer) if peer.uid() == own => return Ok(stream),
                Ok(peer) => {
                    tracing::warn!(uid = peer.uid(), "refused a connection of another user");
                }
                // The peer went away before it could be asked.
                Err(error) => tracing::debug!(%error, "refused a connection without credentials"),
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok(); // the data folder itself may be gone
    }
}

/// Makes the folder with mode 0700, or finds one that belongs to this user and that nobody
/// else may change.
fn private_folder(folder: &Path) -> Result<(), ServeError> {
    let failed = |source| ServeError::Io {
        doing: "make the folder",
        path: folder.to_owned(),
        source,
    };
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
        _ => {}
    }
    // In a shared folder for temporary files somebody else could have put a folder or a
    // link there before.
    let own = rustix::process::geteuid().as_raw();
    let entry = fs::symlink_metadata(folder).map_err(failed)?;
    let target = fs::metadata(folder).map_err(failed)?;
    if entry.uid() != own || target.uid() != own || target.mode() & 0o022 != 0 {
        return Err(ServeError::OpenFolder(folder.to_owned()));
    }
    Ok(())
}

/// Connects to a socket that this user owns.
pub(crate) async fn connect(path: &Path) -> io::Result<Connected> {
    // A socket of somebody else would be handed the secrets that a client sends.
    if fs::symlink_metadata(path)?.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the socket belongs to another user",
        ));
    }
    UnixStream::connect(path).await
}

/// Whether the error says that nobody listens.
pub(crate) fn nobody_listens(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        // A folder that cannot be one is named by whoever needs it.
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::ConnectionRefused
    )
}
