//! How the start of the engine went: every command waits for it, and answers with its error.

use drover_engine::{Engine, Faces, Paths, logging};
use drover_model::{Code, CommandError, settings::LogLevel};
use tokio::sync::watch;

type Outcome = Result<Engine, CommandError>;

/// The engine, once it has started, or why it could not. Clones share it.
#[derive(Clone)]
pub struct Startup(watch::Receiver<Option<Outcome>>);

impl Startup {
    /// A start that goes on; what came of it is told through the sender.
    pub(crate) fn pending() -> (watch::Sender<Option<Outcome>>, Self) {
        let (told, outcome) = watch::channel(None);
        (told, Self(outcome))
    }

    /// A start that is over.
    #[must_use]
    pub fn of(outcome: Outcome) -> Self {
        Self(watch::channel(Some(outcome)).1)
    }

    /// Waits for the engine.
    ///
    /// # Errors
    /// What kept it from starting, the same for every command.
    pub async fn engine(&self) -> Outcome {
        let mut outcome = self.0.clone();
        let known = outcome
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|known| known.clone());
        known.unwrap_or_else(|| {
            Err(CommandError::new(
                Code::Internal,
                "Drover ended while it was starting",
            ))
        })
    }

    /// The engine, if it runs by now.
    pub(crate) fn started(&self) -> Option<Engine> {
        self.0
            .borrow()
            .as_ref()
            .and_then(|outcome| outcome.as_ref().ok().cloned())
    }
}

/// Starts the engine with its log. A log that cannot be written is the problem of the data
/// folder, and the engine says that better.
pub(crate) async fn start(paths: Result<Paths, CommandError>) -> Outcome {
    let paths = paths?;
    let log = logging::install(&paths, LogLevel::default()).ok();
    Ok(Engine::start(
        paths,
        Faces {
            log,
            ..Faces::default()
        },
    )
    .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_early_gets_the_same_answer() {
        let (told, startup) = Startup::pending();
        let asked = startup.clone();
        tauri::async_runtime::block_on(async move {
            let early = tauri::async_runtime::spawn(async move { asked.engine().await });
            told.send_replace(Some(Err(CommandError::new(
                Code::AlreadyRunning,
                "another Drover uses this data folder",
            ))));
            for error in [early.await.unwrap().err(), startup.engine().await.err()] {
                assert_eq!(
                    error.map(|error| error.code),
                    Some(Code::AlreadyRunning),
                    "the error of the start is the answer"
                );
            }
        });
    }

    #[test]
    fn a_start_that_was_given_up_is_an_error() {
        let (told, startup) = Startup::pending();
        drop(told);
        let error = tauri::async_runtime::block_on(startup.engine()).err();
        assert_eq!(error.map(|error| error.code), Some(Code::Internal));
    }
}
