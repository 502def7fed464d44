//! What is kept of a task's pages.

use serde::{Deserialize, Serialize};

/// When a picture of the page is kept at the end of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeepScreenshot {
    Always,
    #[default]
    OnFailure,
    Never,
}

/// When evidence is kept that a script does not make by itself. `false` and `true` are never and always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "KeepWord", into = "KeepScreenshot")]
pub enum Keep {
    #[default]
    Never,
    OnFailure,
    Always,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum KeepWord {
    Flag(bool),
    Word(KeepScreenshot),
}

impl From<KeepWord> for Keep {
    fn from(word: KeepWord) -> Self {
        match word {
            KeepWord::Flag(false) | KeepWord::Word(KeepScreenshot::Never) => Self::Never,
            KeepWord::Flag(true) | KeepWord::Word(KeepScreenshot::Always) => Self::Always,
            KeepWord::Word(KeepScreenshot::OnFailure) => Self::OnFailure,
        }
    }
}

impl From<Keep> for KeepScreenshot {
    fn from(keep: Keep) -> Self {
        match keep {
            Keep::Never => Self::Never,
            Keep::OnFailure => Self::OnFailure,
            Keep::Always => Self::Always,
        }
    }
}

/// What Drover records of a script's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// For Playwright's viewer: what was done, and the page before and after it.
    #[serde(default)]
    pub trace: Keep,
    #[serde(default)]
    pub video: Keep,
    /// The requests, without logins.
    #[serde(default)]
    pub har: Keep,
}

impl Evidence {
    /// Whether nothing is recorded.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}
