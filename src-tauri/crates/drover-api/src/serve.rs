//! The serving end: who may connect, and how many.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use drover_engine::Engine;
use drover_model::{Caller, Code, CommandError};
use tokio::{
    sync::{Notify, watch},
    task::{JoinHandle, JoinSet},
};

use crate::{
    Answers,
    answers::Door,
    connection::{refuse, talk},
    socket::Listener,
};

/// Connections at the same time. A person has a few terminals; scripts share the rest.
const MOST_CONNECTIONS: usize = 64;

/// The pause after a failed accept, such as one without a free file descriptor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why the socket could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody answers there already.
    #[error("another Drover answers at `{}`", .0.display())]
    Taken(PathBuf),
    /// Something that Drover did not put there.
    #[error("`{}` is in the way: it is not a socket", .0.display())]
    NotASocket(PathBuf),
    /// The folder of the socket belongs to somebody else, or others may write to it.
    #[error("others may change what is in the folder `{}`", .0.display())]
    OpenFolder(PathBuf),
    /// The system said no.
    #[error("failed to {doing} `{}`", path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

impl From<ServeError> for CommandError {
    fn from(error: ServeError) -> Self {
        let code = match error {
            ServeError::Taken(_) => Code::AlreadyRunning,
            _ => Code::DataFolder,
        };
        let cause = std::error::Error::source(&error)
            .map(|source| format!(": {source}"))
            .unwrap_or_default();
        let answer = Self::new(code, format!("{error}{cause}"));
        match error {
            ServeError::Taken(_) => answer.hint("use the Drover that is running"),
            ServeError::NotASocket(_) => answer.hint("move that file away"),
            ServeError::OpenFolder(path) => answer.hint(format!(
                "take the rights of others away: `chmod 700 {}`",
                path.display()
            )),
            ServeError::Io { .. } => answer,
        }
    }
}

/// An open socket. Dropping it closes every connection and removes the socket.
#[derive(Debug)]
#[must_use]
pub struct Served {
    path: PathBuf,
    accepting: JoinHandle<()>,
    /// How many connections are open. It closes with the last of them once nothing is
    /// accepted any more.
    open: watch::Receiver<usize>,
    leaving: Arc<Notify>,
}

impl Served {
    /// How many programs are connected at the moment.
    #[must_use]
    pub fn connections(&self) -> usize {
        *self.open.borrow()
    }

    /// Waits until no program is connected.
    pub async fn idle(&self) {
        let mut open = self.open.clone();
        // An error says that nothing is accepted any more, so nobody is connected.
        open.wait_for(|open| *open == 0).await.ok();
    }

    /// Closes the socket as soon as no program is connected. Whoever comes before that is
    /// answered to the end; whoever comes later is not greeted, and knows by that that
    /// nothing it sent was heard.
    pub async fn retire(&self) {
        self.leaving.notify_one();
        let mut open = self.open.clone();
        while open.changed().await.is_ok() {}
    }

    /// Where it listens.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Answers for the engine at `path`, for programs of the same user.
///
/// # Errors
/// See [`ServeError`]. Must be called inside a tokio runtime.
pub fn serve(engine: Engine, path: &Path) -> Result<Served, ServeError> {
    serve_with(
        Door {
            engine,
            by: Caller::Cli,
        },
        path,
    )
}

/// The same for anything that answers.
pub fn serve_with(answers: impl Answers, path: &Path) -> Result<Served, ServeError> {
    let listener = Listener::bind(path)?;
    let (count, open) = watch::channel(0);
    let leaving = Arc::new(Notify::new());
    let accepting = accept_all(listener, answers, count, Arc::clone(&leaving));
    Ok(Served {
        path: path.to_owned(),
        accepting: tokio::spawn(accepting),
        open,
        leaving,
    })
}

/// One of the connections that may be open. It becomes free when this is dropped.
struct Place(watch::Sender<usize>);

impl Place {
    fn taken(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|open| *open += 1);
        Self(count.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open -= 1);
    }
}

async fn accept_all(
    mut listener: Listener,
    answers: impl Answers,
    count: watch::Sender<usize>,
    leave: Arc<Notify>,
) {
    // Dropping the set ends the connections with this task.
    let mut open = JoinSet::new();
    let mut leaving = false;
    while !(leaving && open.is_empty()) {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = open.join_next() => continue,
            () = leave.notified() => {
                leaving = true;
                continue;
            }
        };
        match accepted {
            Ok(stream) => {
                if *count.borrow() < MOST_CONNECTIONS {
                    let (place, answers) = (Place::taken(&count), answers.clone());
                    open.spawn(async move {
                        talk(stream, answers).await;
                        drop(place);
                    });
                } else {
                    tracing::warn!("refused a connection: {MOST_CONNECTIONS} are open");
                    open.spawn(refuse(stream));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "failed to accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
