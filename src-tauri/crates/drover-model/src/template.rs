//! Texts with holes: `{{ params.url }}`. They fill values; nothing in them is evaluated.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

use crate::{TokenName, name::BadName};

/// What a hole asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hole {
    /// `params.NAME`: a parameter of the task.
    Param(String),
    /// `secret.NAME`: the value of a token.
    Secret(TokenName),
    /// `profile.name`, `profile.id` or `profile.notes`.
    Profile(ProfileField),
    /// `run.id`.
    RunId,
    /// `outputs.NAME`: what the run that this one follows gave.
    Output(String),
}

/// The parts of a profile that a template may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProfileField {
    Name,
    Id,
    Notes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Hole(Hole),
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTemplate {
    #[error("`{{{{` is not closed by `}}}}`")]
    Open,
    #[error(
        "`{0}` is unknown; use `params.NAME`, `secret.NAME`, `profile.name`, `profile.id`, `profile.notes`, `run.id` or `outputs.NAME`"
    )]
    Unknown(String),
    #[error("{0}")]
    Secret(#[from] BadName),
}

/// A text with holes, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    pieces: Vec<Piece>,
}

impl Template {
    /// A text without holes, whatever it holds.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        Self {
            pieces: vec![Piece::Text(text.to_owned())],
        }
    }

    /// The holes, in the order of the text.
    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(hole),
            Piece::Text(_) => None,
        })
    }

    /// The tokens that it asks for.
    pub fn secrets(&self) -> impl Iterator<Item = &TokenName> {
        self.holes().filter_map(|hole| match hole {
            Hole::Secret(name) => Some(name),
            _ => None,
        })
    }

    /// Whether there is nothing in it but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.pieces
            .iter()
            .all(|piece| matches!(piece, Piece::Text(text) if text.trim().is_empty()))
    }

    /// The text with its holes filled by `value`; the first hole without a value is the error.
    pub fn render(&self, mut value: impl FnMut(&Hole) -> Option<String>) -> Result<String, Hole> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Hole(hole) => text.push_str(&value(hole).ok_or_else(|| hole.clone())?),
            }
        }
        Ok(text)
    }
}

impl FromStr for Template {
    type Err = BadTemplate;

    fn from_str(text: &str) -> Result<Self, BadTemplate> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (inner, tail) = after.split_once("}}").ok_or(BadTemplate::Open)?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Hole(inner.trim().parse()?));
            rest = tail;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self { pieces })
    }
}

impl FromStr for Hole {
    type Err = BadTemplate;

    fn from_str(text: &str) -> Result<Self, BadTemplate> {
        let unknown = || BadTemplate::Unknown(text.to_owned());
        let (scope, name) = text.split_once('.').ok_or_else(unknown)?;
        match (scope, name) {
            ("outputs", name) if is_param_name(name) => Ok(Self::Output(name.to_owned())),
            ("params", name) if is_param_name(name) => Ok(Self::Param(name.to_owned())),
            ("secret", name) => Ok(Self::Secret(name.parse()?)),
            ("profile", "name") => Ok(Self::Profile(ProfileField::Name)),
            ("profile", "id") => Ok(Self::Profile(ProfileField::Id)),
            ("profile", "notes") => Ok(Self::Profile(ProfileField::Notes)),
            ("run", "id") => Ok(Self::RunId),
            _ => Err(unknown()),
        }
    }
}

/// Whether a text can be the name of a parameter: letters, digits, `_` and `-`.
#[must_use]
pub fn is_param_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

impl fmt::Display for Hole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Param(name) => write!(f, "params.{name}"),
            Self::Secret(name) => write!(f, "secret.{name}"),
            Self::Profile(ProfileField::Name) => f.write_str("profile.name"),
            Self::Profile(ProfileField::Id) => f.write_str("profile.id"),
            Self::Profile(ProfileField::Notes) => f.write_str("profile.notes"),
            Self::RunId => f.write_str("run.id"),
            Self::Output(name) => write!(f, "outputs.{name}"),
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Hole(hole) => write!(f, "{{{{ {hole} }}}}"),
        })
    }
}

impl Serialize for Template {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn holes_are_filled_and_never_read_again() {
        let template: Template = "{{params.url}}?u={{ profile.name }}".parse().unwrap();
        let text = template.render(|hole| {
            Some(
                if matches!(hole, Hole::Param(_)) {
                    "{{ secret.x }}"
                } else {
                    "anna"
                }
                .to_owned(),
            )
        });
        assert_eq!(text.unwrap(), "{{ secret.x }}?u=anna");
    }

    #[test]
    fn a_missing_value_is_named() {
        let template: Template = "a {{ params.sku }}".parse().unwrap();
        assert_eq!(
            template.render(|_| None).unwrap_err().to_string(),
            "params.sku"
        );
    }

    #[test]
    fn unknown_names_are_refused() {
        for text in [
            "{{ env.HOME }}",
            "{{ params }}",
            "{{ params.a b }}",
            "{{ x",
            "{{ secret.a b }}",
            "{{ outputs.a b }}",
        ] {
            assert!(text.parse::<Template>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn printing_and_reading_agree(text in "[a-z {}]{0,30}") {
            if let Ok(template) = text.parse::<Template>() {
                prop_assert_eq!(template.to_string().parse::<Template>().unwrap(), template);
            }
        }
    }
}
