//! Who answers: a Drover that is running on the data folder, or an engine in this process.

use std::{path::Path, sync::Arc, time::Duration};

use drover_api::{Client, ConnectError, RunStream, Served, dispatch, serve, watch_engine};
use drover_engine::{
    Claims, Engine, Faces, Paths, QuitWay,
    logging::{LogControl, install},
};
use drover_model::{Caller, Code, CommandError, RunId, request::Request, settings::LogLevel};

use crate::{interrupts::interrupts, output::Output, words::plural};

/// How often a folder is looked at that is in use by a Drover that does not answer: one
/// that is about to open its socket, or a command that is done in a moment.
const MOST_LOOKS: usize = 160;
/// The pause between two looks; all of them together take eight seconds.
const LOOK_PAUSE: Duration = Duration::from_millis(50);
/// After so many looks the person is told what this waits for.
const QUIET_LOOKS: usize = 30;

/// How long a command needs an engine of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stay {
    /// For one question. Other commands wait until it is done.
    Moment,
    /// For as long as runs go on. Other commands are answered meanwhile.
    Runs,
    /// Until Ctrl-C. Schedules are fired and what is queued is run, as by the app.
    UntilInterrupted,
}

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
    /// A command of a moment has none, and without it the engine works too; other commands
    /// then wait for this one.
    served: Arc<Option<Served>>,
}

impl Backend {
    /// The one that answers for this data folder.
    ///
    /// # Errors
    /// The folder is in use by a Drover that does not answer, or cannot be used.
    pub(crate) async fn open(paths: Paths, stay: Stay, out: &Output) -> Result<Self, CommandError> {
        let socket = paths.socket();
        let mut log = None;
        let mut looks = 0;
        loop {
            if let Some(client) = connect(&socket).await? {
                return Ok(Self::Remote(client));
            }
            // The settings have the last word on the level, once they have been read.
            let log = log.get_or_insert_with(|| install(&paths, LogLevel::default()).ok());
            match start(paths.clone(), stay, log.clone()).await {
                Err(error) if error.code == Code::AlreadyRunning && looks < MOST_LOOKS => {
                    looks += 1;
                    if looks == QUIET_LOOKS {
                        out.note("waiting for the Drover that has the data folder in use");
                    }
                }
                started => return started.map(|engine| Self::local(engine, &socket, stay, out)),
            }
            tokio::time::sleep(LOOK_PAUSE).await;
        }
    }

    fn local(engine: Engine, socket: &Path, stay: Stay, out: &Output) -> Self {
        let served = match stay {
            Stay::Moment => None,
            Stay::Runs | Stay::UntilInterrupted => serve(engine.clone(), socket)
                .map_err(CommandError::from)
                .inspect_err(|error| {
                    out.warn(&format!("other commands cannot join this one: {error}"));
                })
                .ok(),
        };
        Self::Local(Local {
            engine,
            served: Arc::new(served),
        })
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

    /// Waits until nobody looks at a trace that this process serves.
    pub(crate) async fn traces_closed(&self) {
        if let Self::Local(local) = self {
            local.engine.traces_closed().await;
        }
    }

    /// Leaves. An engine in this process first serves the commands that joined it and
    /// finishes what goes on; Ctrl-C stops both.
    pub(crate) async fn close(self, out: &Output) {
        let Self::Local(local) = self else {
            return;
        };
        let waits_for: Vec<_> = [
            (local.engine.live_runs(), "run"),
            (local.engine.open_windows(), "window"),
            (local.joined(), "other command"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| plural(count, what))
        .collect();
        if !waits_for.is_empty() {
            let waits_for = waits_for.join(" and ");
            out.note(&format!(
                "waiting for {waits_for} to end; Ctrl-C stops this"
            ));
        }
        let mut interrupts = interrupts();
        tokio::select! {
            () = local.finish() => {}
            () = interrupts.next() => local.engine.quit(QuitWay::StopRuns).await,
        }
    }
}

impl Local {
    /// How many other commands are connected.
    fn joined(&self) -> usize {
        self.served.as_ref().as_ref().map_or(0, Served::connections)
    }

    /// Answers the others for as long as runs go on, windows are open or one of them is there, then ends.
    async fn finish(&self) {
        if let Some(served) = self.served.as_ref() {
            while self.joined() > 0 || self.engine.is_busy().await {
                self.engine.idle().await;
                served.idle().await;
            }
            // The socket goes before the lock, so that nobody finds it without an engine.
            served.retire().await;
        }
        self.engine.quit(QuitWay::FinishRuns).await;
    }
}

async fn start(paths: Paths, stay: Stay, log: Option<LogControl>) -> Result<Engine, CommandError> {
    let faces = Faces {
        log,
        claims: match stay {
            Stay::UntilInterrupted => Claims::AtOnce,
            Stay::Moment | Stay::Runs => Claims::WhenAsked,
        },
        ..Faces::default()
    };
    Ok(Engine::start(paths, faces).await?)
}

/// The Drover that answers, if one does.
async fn connect(socket: &Path) -> Result<Option<Client>, CommandError> {
    match Client::connect(socket).await {
        Ok(client) => Ok(Some(client)),
        Err(ConnectError::NobodyThere(_)) => Ok(None),
        Err(ConnectError::Refused(error)) => Err(error),
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
