//! Names that people give to things.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    #[error("a name is needed")]
    Empty,
    #[error("the name has {0} characters; at most {max} are allowed", max = Name::MAX)]
    TooLong(usize),
    #[error("a name cannot hold line breaks or control characters")]
    Control,
    #[error(
        "`{0}` cannot be used as a token name: letters, digits, `-`, `_` and `.` are allowed, at most 64"
    )]
    NotAToken(String),
}

/// The name of a profile, a proxy or a task: 1 to 80 characters without control characters,
/// trimmed. It is unique among living things of its kind, without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// The most characters a name may have.
    pub const MAX: usize = 80;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err(BadName::Empty),
            n if n > Self::MAX => Err(BadName::TooLong(n)),
            _ if text.chars().any(char::is_control) => Err(BadName::Control),
            _ => Ok(Self(text.to_owned())),
        }
    }
}

/// The name by which tasks ask for a token: letters, digits, `-`, `_`, `.`; at most 64.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenName(String);

impl TokenName {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TokenName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        match text {
            "" => Err(BadName::Empty),
            _ if text.len() > 64 || !text.chars().all(fits) => {
                Err(BadName::NotAToken(text.to_owned()))
            }
            _ => Ok(Self(text.to_owned())),
        }
    }
}

macro_rules! as_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                String::deserialize(input)?
                    .parse()
                    .map_err(de::Error::custom)
            }
        }
    };
}
as_text!(Name);
as_text!(TokenName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!("  anna ".parse::<Name>().unwrap().as_str(), "anna");
        assert_eq!("".parse::<Name>(), Err(BadName::Empty));
        assert_eq!("a\nb".parse::<Name>(), Err(BadName::Control));
        assert_eq!("x".repeat(81).parse::<Name>(), Err(BadName::TooLong(81)));
    }

    #[test]
    fn a_token_needs_a_name_that_scripts_can_write() {
        assert!("shop-api_2.x".parse::<TokenName>().is_ok());
        assert_eq!("".parse::<TokenName>(), Err(BadName::Empty));
        assert!("two words".parse::<TokenName>().is_err());
    }
}
