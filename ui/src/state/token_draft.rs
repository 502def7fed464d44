//! The token that is being added or replaced.

use drover_model::request::SetToken;
use drover_model::token::{SecretText, TokenKind};
use drover_model::{FieldErrors, TokenName, TokenRef};
use jiff::{Timestamp, civil, tz::TimeZone};

/// It has no `Debug`, because it holds the value while it is typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TokenDraft {
    /// The name cannot be changed while a value is replaced.
    pub replaces: bool,
    pub name: String,
    pub kind: TokenKind,
    pub value: String,
    /// As a date field writes it: `2026-12-01`; empty for never.
    pub expires: String,
}

impl TokenDraft {
    /// A new value for a token that is there.
    pub fn replacing(token: &TokenRef) -> Self {
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date().to_string();
        Self {
            replaces: true,
            name: token.name.to_string(),
            kind: token.kind,
            value: String::new(),
            expires: token.expires_at.map(day).unwrap_or_default(),
        }
    }

    /// What is to be sent, or what is wrong. `taken` are the names that exist.
    pub fn request(&self, taken: &[TokenRef]) -> Result<SetToken, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", self.name.parse::<TokenName>());
        if !self.replaces && name.is_some_and(|name| taken.iter().any(|token| token.name == name)) {
            errors.add(
                "name",
                format!(
                    "a token named `{}` exists; choose Replace value… in its menu",
                    self.name.trim()
                ),
            );
        }
        if self.value.is_empty() {
            errors.add("value", "a value is needed");
        }
        let expires_at = match self.expires.trim() {
            "" => None,
            text => errors.take("expires_at", end_of(text)),
        };
        errors.finish()?;
        Ok(SetToken {
            name: self.name.trim().to_owned(),
            kind: self.kind,
            expires_at,
            value: SecretText::new(self.value.clone()),
        })
    }
}

/// The last second of that day in UTC: a token is good through the day that is written on it.
fn end_of(day: &str) -> Result<Timestamp, String> {
    let date: civil::Date = day
        .parse()
        .map_err(|_| format!("`{day}` is not a date; write it like `2026-12-01`"))?;
    date.at(23, 59, 59, 0)
        .to_zoned(TimeZone::UTC)
        .map(|at| at.timestamp())
        .map_err(|_| format!("`{day}` is out of range"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complete_draft_becomes_a_request() {
        let draft = TokenDraft {
            name: " shop-api ".into(),
            value: "v".into(),
            expires: "2026-12-01".into(),
            ..TokenDraft::default()
        };
        let request = draft.request(&[]).unwrap();
        assert_eq!(request.name, "shop-api");
        assert_eq!(
            request.expires_at,
            Some("2026-12-01T23:59:59Z".parse().unwrap())
        );
    }

    #[test]
    fn problems_name_their_fields() {
        let errors = TokenDraft {
            name: "two words".into(),
            expires: "soon".into(),
            ..TokenDraft::default()
        }
        .request(&[])
        .unwrap_err();
        for field in ["name", "value", "expires_at"] {
            assert!(errors.of(field).is_some(), "`{field}` in {errors}");
        }
    }
}
