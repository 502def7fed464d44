//! What can go wrong in a use case: the log gets the chain, people get a `CommandError`.

use drover_model::CommandError;

/// The engine's error. Each variant says what was being done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The engine itself says no, in words for a person.
    #[error(transparent)]
    Refused(#[from] CommandError),
    #[error("failed to {doing}")]
    Store {
        doing: &'static str,
        source: drover_store::Error,
    },
    #[error("failed to {doing}")]
    Vault {
        doing: String,
        source: drover_vault::Error,
    },
    #[error("failed to {doing}")]
    Io {
        doing: &'static str,
        source: std::io::Error,
    },
    #[error("failed to read the log of run `{run}`")]
    Log {
        run: drover_model::RunId,
        source: std::io::Error,
    },
}

/// The engine's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Adds what was being done to an error of the store.
pub(crate) trait Doing<T> {
    /// `doing` completes the sentence "failed to …".
    fn doing(self, doing: &'static str) -> Result<T>;
}

impl<T> Doing<T> for drover_store::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| Error::Store { doing, source })
    }
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| Error::Io { doing, source })
    }
}
