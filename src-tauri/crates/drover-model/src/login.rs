//! Sign-ins: how a profile stands on a site, as the checks of it found.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::RunId;

/// The name that tasks have for a site: 1 to 80 letters, digits, `.`, `-`, `_` and `:`, in lower case, such as
/// `shop.example`. It is compared with other names alone and never opened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LoginSite(String);

/// Why a text names no site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` cannot name a site: letters, digits, `.`, `-`, `_` and `:` are allowed, at most 80, such as `shop.example`"
)]
pub struct NotASite(String);

impl LoginSite {
    /// The most characters that it may have.
    pub const MAX: usize = 80;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LoginSite {
    type Err = NotASite;

    fn from_str(text: &str) -> Result<Self, NotASite> {
        let site = text.trim().to_lowercase();
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        if site.is_empty() || site.chars().count() > Self::MAX || !site.chars().all(fits) {
            return Err(NotASite(text.trim().to_owned()));
        }
        Ok(Self(site))
    }
}

impl TryFrom<String> for LoginSite {
    type Error = NotASite;

    fn try_from(text: String) -> Result<Self, NotASite> {
        text.parse()
    }
}

impl From<LoginSite> for String {
    fn from(site: LoginSite) -> Self {
        site.0
    }
}

impl fmt::Display for LoginSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What the last check could say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginState {
    SignedIn,
    /// Runs that need the sign-in wait until a later check finds it, or a person says that it is there.
    SignedOut,
    /// No check could tell yet, or a person has put the last answer aside. It keeps nothing back.
    Unknown,
}

impl LoginState {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignedOut => "signed_out",
            Self::Unknown => "unknown",
        }
    }

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::SignedIn => "Signed in",
            Self::SignedOut => "Signed out",
            Self::Unknown => "Unknown",
        }
    }
}

/// How a profile stands on one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    pub site: LoginSite,
    pub state: LoginState,
    /// Since when it is so: the first check that found it, after one that found something else.
    pub since: Timestamp,
    /// When it was last looked at.
    pub checked_at: Timestamp,
    /// The run that looked; none when a person said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Why a check failed, in its own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_compared_without_regard_to_case() {
        let site: LoginSite = " Shop.Example ".parse().unwrap();
        assert_eq!(site.as_str(), "shop.example");
        assert_eq!(
            "localhost:8080".parse::<LoginSite>().unwrap().as_str(),
            "localhost:8080"
        );
        for wrong in [
            "",
            "  ",
            "two words",
            "https://shop.example/",
            &"a".repeat(81),
        ] {
            let error = wrong.parse::<LoginSite>().unwrap_err().to_string();
            assert!(error.contains("such as `shop.example`"), "{error}");
        }
        assert!(serde_json::from_str::<LoginSite>("\"a b\"").is_err());
    }
}
