//! Tokens: what Drover knows about a secret. The value itself is in the OS keychain
//! and has no place in any of these types.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Name, TokenId, TokenName};

/// What a token is for. It changes nothing but the icon and the wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// A password of a site.
    Password,
    /// An API key or access token.
    #[default]
    Token,
    /// Anything else.
    Other,
}

impl TokenKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Token, Self::Password, Self::Other];

    /// The word on screen and in files.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Token => "token",
            Self::Other => "other",
        }
    }
}

/// A token without its value: what `SQLite` holds and every list shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRef {
    pub id: TokenId,
    pub name: TokenName,
    pub kind: TokenKind,
    /// The keychain that holds the value, such as `secret-service` or `memory`.
    pub backend: String,
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    /// Names of the living profiles and tasks that refer to it. Filled by queries, never stored.
    #[serde(default)]
    pub used_by: Vec<Name>,
}

/// A value on its way from a person to the keychain. It prints as `••••`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// Wraps a value.
    #[must_use]
    pub const fn new(value: String) -> Self {
        Self(value)
    }

    /// The value, for the one place that hands it to the keychain.
    #[must_use]
    pub fn expose(self) -> String {
        self.0
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("••••")
    }
}

/// What the keychain can do at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeychainState {
    /// Being looked at.
    Probing,
    /// Unlocked and answering.
    Ready,
    /// There, but locked; *Unlock* asks the operating system for its prompt.
    Locked,
    /// The prompt of the operating system is on screen.
    Unlocking,
    /// There is none. Tokens can be kept in memory until Drover quits, if the user says so.
    Absent,
    /// It did not answer in time.
    TimedOut,
}

/// State and kind of the keychain, as shown on the Tokens page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keychain {
    pub state: KeychainState,
    /// `secret-service`, `memory` and so on.
    pub backend: String,
    /// Whether the user chose memory for this session.
    pub session_only: bool,
}
