//! Who answers: a Drover that is running on the data folder, or an engine in this process.

use std::{path::Path, sync::Arc, time::Duration};

use drover_api::{Client, ConnectError, RunStream, Served, dispatch, serve, watch_engine};
use drover_engine::{Claims, Engine, Faces, Paths, QuitWay};
use drover_model::{Caller, Code, CommandError, RunId, request::Request, settings::LogLevel};

use crate::{interrupts::interrupts, output::Output, words::plural};

/// How long a Drover that owns the folder is given to open its socket: it takes the lock
/// first, and another command may have started a moment ago.
const START_LIMIT: Duration = Duration::from_secs(3);
/// How often it is looked at meanwhile.
const START_PAUSE: Duration = Duration::from_millis(50);

/// Clones share the connection or the engine.
#[derive(Clone)]
pub(crate) enum Backend {
    /// The app, or another command line, that owns the data folder.
    Remote(Client),
    /// This process owns it, and answers other command lines meanwhile.
    Local(Local),
}

/// An engine in this process.
#[derive(Clone)]
pub(crate) struct Local {
    engine: Engine,
    /// Without a socket the engine works too; other commands then wait for this one.
    served: Arc<Option<Served>>,
}

impl Backend {
    /// The one that answers for this data folder.
    ///
    /// # Errors
    /// The folder is in use by a Drover that does not answer, or cannot be used.
    pub(crate) async fn open(paths: Paths, out: &Output) -> Result<Self, CommandError> {
        let socket = paths.socket();
        if let Some(client) = connect(&socket).await? {
            return Ok(Self::Remote(client));
        }
        match start(paths).await {
            Ok(engine) => {
                let served = serve(engine.clone(), &socket);
                let served = served.map_err(CommandError::from);
                if let Err(error) = &served {
                    out.warn(&format!("other commands cannot join this one: {error}"));
                }
                Ok(Self::Local(Local {
                    engine,
                    served: Arc::new(served.ok()),
                }))
            }
            Err(error) if error.code == Code::AlreadyRunning => match late(&socket).await? {
                Some(client) => Ok(Self::Remote(client)),
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Asks and waits for the answer. Both ways go through the same door.
    pub(crate) async fn call<R: Request>(&self, request: R) -> Result<R::Reply, CommandError> {
        match self {
            Self::Remote(client) => client.call(request).await,
            Self::Local(local) => {
                let body =
                    serde_json::to_value(request).expect("BUG: requests have text keys only");
                let reply = dispatch(&local.engine, Caller::Cli, R::NAME, body).await?;
                serde_json::from_value(reply).map_err(|error| {
                    let message = format!("the answer to `{}` cannot be read: {error}", R::NAME);
                    CommandError::new(Code::Internal, message)
                })
            }
        }
    }

    /// News of a run.
    pub(crate) async fn watch_run(
        &self,
        run: RunId,
        from_seq: u64,
    ) -> Result<RunStream, CommandError> {
        match self {
            Self::Remote(client) => client.watch_run(run, from_seq).await,
            Self::Local(local) => watch_engine(&local.engine, run, from_seq).await,
        }
    }

    /// Whether runs end when this process ends.
    pub(crate) fn owns_runs(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// Leaves. An engine in this process first serves the commands that joined it and
    /// finishes what goes on; Ctrl-C stops both.
    pub(crate) async fn close(self, out: &Output) {
        let Self::Local(Local { engine, served }) = self else {
            return;
        };
        let joined = served.as_ref().as_ref().map_or(0, Served::connections);
        let live = engine.live_runs();
        if joined == 0 && live == 0 {
            // The socket goes before the lock, so that nobody finds it without an engine.
            drop(served);
            return engine.quit(QuitWay::FinishRuns).await;
        }
        let (runs, commands) = (plural(live, "run"), plural(joined, "other command"));
        out.note(&format!(
            "waiting for {runs} and {commands} to end; Ctrl-C stops them"
        ));
        let mut interrupts = interrupts();
        let finish = async {
            if let Some(served) = served.as_ref() {
                served.idle().await;
            }
            drop(served);
            engine.quit(QuitWay::FinishRuns).await;
        };
        tokio::select! {
            () = finish => {}
            () = interrupts.next() => engine.quit(QuitWay::StopRuns).await,
        }
    }
}

async fn start(paths: Paths) -> Result<Engine, CommandError> {
    // The settings have the last word on the level, once they have been read.
    let log = drover_engine::logging::install(&paths, LogLevel::default()).ok();
    let faces = Faces {
        log,
        claims: Claims::WhenAsked,
        ..Faces::default()
    };
    Ok(Engine::start(paths, faces).await?)
}

/// The Drover that answers, if one does.
async fn connect(socket: &Path) -> Result<Option<Client>, CommandError> {
    match Client::connect(socket).await {
        Ok(client) => Ok(Some(client)),
        Err(ConnectError::NobodyThere(_)) => Ok(None),
        Err(error @ ConnectError::Io { .. }) => {
            let cause = std::error::Error::source(&error)
                .map(|source| format!(": {source}"))
                .unwrap_or_default();
            Err(CommandError::new(
                Code::AlreadyRunning,
                format!("{error}{cause}"),
            ))
        }
    }
}

/// Somebody holds the folder: it may be about to open its socket.
async fn late(socket: &Path) -> Result<Option<Client>, CommandError> {
    let found = async {
        loop {
            if let Some(client) = connect(socket).await? {
                return Ok(client);
            }
            tokio::time::sleep(START_PAUSE).await;
        }
    };
    match tokio::time::timeout(START_LIMIT, found).await {
        Ok(found) => found.map(Some),
        Err(_) => Ok(None),
    }
}
