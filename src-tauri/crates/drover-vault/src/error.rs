use crate::{Backend, LONGEST_SECRET, State};

pub type Result<T> = std::result::Result<T, Error>;

/// Why the vault could not do what it was asked. No variant wraps an error of the keychain library, because some of
/// those hold the bytes of the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the keychain is locked")]
    Locked,
    #[error("there is no keychain")]
    Absent,
    #[error("the keychain did not answer in time")]
    TimedOut,
    #[error("the keychain has no entry `{entry}`")]
    NotFound { entry: String },
    #[error("the value has {bytes} bytes, more than {LONGEST_SECRET}")]
    TooLong { bytes: usize },
    #[error("the entry holds something other than text")]
    NotText,
    #[error("the value is kept in `{stored}`, and the vault in use is `{in_use}`")]
    BackendChanged { stored: Backend, in_use: Backend },
    /// Anything else; `what` says what was being done.
    #[error("the keychain failed {what}")]
    Failed { what: &'static str },
}

impl Error {
    /// What an answer of the keychain with this error says about its state; `None` when it says nothing.
    pub(crate) fn state(&self) -> Option<State> {
        match self {
            Error::Locked => Some(State::Locked),
            Error::Absent => Some(State::Absent),
            Error::TimedOut => Some(State::TimedOut),
            Error::NotFound { .. } | Error::NotText => Some(State::Ready),
            Error::TooLong { .. } | Error::BackendChanged { .. } | Error::Failed { .. } => None,
        }
    }
}
