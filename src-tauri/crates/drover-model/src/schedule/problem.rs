//! What is wrong with a schedule: the field, the value, what is allowed, and the faulty place.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::FieldErrors;

/// A part of a text, in bytes, always at borders of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub start: usize,
    /// One past the last byte; never before `start`.
    pub end: usize,
}

impl Place {
    /// From `start` on, `len` bytes long.
    #[must_use]
    pub const fn new(start: usize, len: usize) -> Self {
        Self {
            start,
            end: start + len,
        }
    }
}

/// One problem of one field of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The key as in a schedule file, such as `when.cron` or `windows[1]`.
    pub field: Box<str>,
    /// What is wrong, as a lower-case fragment that names the value.
    pub message: String,
    /// The faulty value as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Box<str>>,
    /// What may stand there instead, such as `1–31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Box<str>>,
    /// Where the value stands in the text of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Values that may have been meant, the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<String>,
}

impl Problem {
    /// A problem of a field as a whole.
    #[must_use]
    pub fn new(field: impl Into<Box<str>>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
            value: None,
            allowed: None,
            place: None,
            near: Vec::new(),
        }
    }

    /// Names the faulty value.
    #[must_use]
    pub fn value(mut self, value: impl Into<Box<str>>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Says what may stand there instead.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Into<Box<str>>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    /// Says where in the field's text.
    #[must_use]
    pub const fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The faulty place in the field's text: the one that is known, else where the value stands, else all of it.
    #[must_use]
    pub fn place_in(&self, text: &str) -> Option<Place> {
        let place = self.place.unwrap_or_else(|| {
            let value = self.value.as_deref().filter(|value| !value.is_empty());
            value
                .and_then(|value| Some(Place::new(text.find(value)?, value.len())))
                .unwrap_or(Place::new(0, text.len()))
        });
        (place.start < place.end && text.get(place.start..place.end).is_some()
            || self.place.is_some() && text.get(..place.start).is_some() && place.end <= text.len())
        .then_some(place)
    }

    /// The field's text with the faulty place marked beneath, for a terminal.
    #[must_use]
    pub fn underlined(&self, text: &str) -> Option<String> {
        let place = self.place_in(text)?;
        let before = text.get(..place.start)?.chars().count();
        let marked = text.get(place.start..place.end)?.chars().count().max(1);
        Some(format!(
            "{text}\n{}{}",
            " ".repeat(before),
            "^".repeat(marked)
        ))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.near.as_slice() {
            [] => Ok(()),
            near => write!(f, "; did you mean `{}`?", near.join("`, `")),
        }
    }
}

/// Everything that is wrong with one schedule; never empty when used as an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Notes one.
    pub fn add(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// The value, or nothing and its problem noted.
    pub fn take<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.add(problem)).ok()
    }

    /// `Ok` when nothing was noted.
    pub fn finish(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// The first problem of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&Problem> {
        self.0.iter().find(|problem| &*problem.field == field)
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl From<Problems> for FieldErrors {
    fn from(problems: Problems) -> Self {
        let mut errors = Self::default();
        for problem in problems.0 {
            let message = problem.to_string();
            errors.add(problem.field, message);
        }
        errors
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}`{}`: {problem}", problem.field)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_marked_beneath_its_text() {
        let problem = Problem::new("when.cron", "no").at(Place::new(5, 2));
        assert_eq!(
            problem.underlined("0 9 ä32 * *").as_deref(),
            None,
            "a place inside a character is never marked"
        );
        assert_eq!(
            problem
                .at(Place::new(6, 2))
                .underlined("0 9 ä32 * *")
                .unwrap(),
            "0 9 ä32 * *\n     ^^"
        );
    }
}
