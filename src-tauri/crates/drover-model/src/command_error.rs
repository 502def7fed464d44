//! The one error that reaches a person or a program outside the engine.

use serde::{Deserialize, Serialize};

use crate::{FieldError, FieldErrors};

/// What kind of error it is. A variant exists because some face acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    ProfileNotFound,
    ProxyNotFound,
    PoolNotFound,
    TokenNotFound,
    TaskNotFound,
    RunNotFound,
    ScheduleNotFound,
    BatchNotFound,
    ArtifactNotFound,
    LimitNotFound,
    /// A field does not hold what it should; see `field`.
    Invalid,
    /// The name is taken.
    NameTaken,
    /// It is used by something that lives.
    InUse,
    KeychainLocked,
    KeychainAbsent,
    KeychainTimeout,
    KeychainChanged,
    BrowserUnavailable,
    NodeUnavailable,
    PythonUnavailable,
    PlaywrightUnavailable,
    /// Another Drover owns the data folder.
    AlreadyRunning,
    /// The data folder cannot be used.
    DataFolder,
    /// The database cannot be read or written.
    Storage,
    DiskFull,
    /// The database was written by a newer Drover.
    NewerSchema,
    /// A file that was to be imported is broken, or would do what it must not.
    UnsafeImport,
    /// The run ended already, or is in a state where this cannot be done.
    WrongState,
    Internal,
}

impl Code {
    /// The exit code of `drover-cli` for it (interfaces.md).
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::ProfileNotFound
            | Self::ProxyNotFound
            | Self::PoolNotFound
            | Self::TokenNotFound
            | Self::TaskNotFound
            | Self::RunNotFound
            | Self::ScheduleNotFound
            | Self::BatchNotFound
            | Self::ArtifactNotFound
            | Self::LimitNotFound => 10,
            Self::Invalid | Self::NameTaken => 2,
            Self::InUse | Self::AlreadyRunning | Self::WrongState => 11,
            Self::KeychainLocked
            | Self::KeychainAbsent
            | Self::KeychainTimeout
            | Self::KeychainChanged => 12,
            Self::DataFolder | Self::Storage | Self::DiskFull => 13,
            Self::NewerSchema | Self::UnsafeImport => 14,
            Self::BrowserUnavailable
            | Self::NodeUnavailable
            | Self::PythonUnavailable
            | Self::PlaywrightUnavailable
            | Self::Internal => 1,
        }
    }
}

/// What went wrong, in words for a person, with a code for a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    pub code: Code,
    /// A lower-case fragment: "no profile named `anna`".
    pub message: String,
    /// What to do next, as an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The input field that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Every field problem, when there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
}

impl CommandError {
    /// An error without a hint.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
            field: None,
            fields: Vec::new(),
        }
    }

    /// With what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With the field that it belongs to.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl From<FieldErrors> for CommandError {
    fn from(errors: FieldErrors) -> Self {
        let field = errors.0.first().map(|error| error.field.clone());
        Self {
            field,
            message: errors.to_string(),
            fields: errors.0,
            ..Self::new(Code::Invalid, "")
        }
    }
}
