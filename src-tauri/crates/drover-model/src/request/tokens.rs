//! Requests about tokens and the keychain.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::token::{SecretText, TokenKind};

/// All tokens, by name, without values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListTokens {}

/// Stores a token's value in the keychain, new or in place of the old one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetToken {
    pub name: String,
    #[serde(default)]
    pub kind: TokenKind,
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    pub value: SecretText,
}

/// Removes a token from the keychain and from the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveToken {
    /// Id or name.
    pub token: String,
}

/// State of the keychain; looks at it anew, without any prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetKeychain {}

/// Asks the operating system to unlock the keychain. It may show its prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnlockKeychain {}

/// Keeps token values in memory until Drover quits. Only where there is no keychain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepTokensInMemory {}
