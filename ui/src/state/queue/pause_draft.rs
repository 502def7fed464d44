//! The pause that is being set.

use drover_model::request::SetPause;
use drover_model::{FieldErrors, Name, PauseKey, PauseScope, Span};
use jiff::{SignedDuration, Timestamp};

/// As many characters as the engine takes for a note.
const MOST_NOTE: usize = 500;

/// What is typed, before it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct PauseDraft {
    pub scope: PauseScope,
    pub name: String,
    /// For how long; empty until somebody resumes it.
    pub lasts: String,
    pub note: String,
}

impl Default for PauseDraft {
    fn default() -> Self {
        Self {
            scope: PauseScope::Task,
            name: String::new(),
            lasts: String::new(),
            note: String::new(),
        }
    }
}

impl PauseDraft {
    /// Another scope has other names.
    #[must_use]
    pub fn with_scope(self, scope: PauseScope) -> Self {
        Self {
            scope,
            name: String::new(),
            ..self
        }
    }

    /// What is to be sent, or what is wrong.
    pub fn request(&self, now: Timestamp) -> Result<SetPause, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = match self.scope {
            PauseScope::All => None,
            _ => errors.take("name", self.name.parse::<Name>()),
        };
        let until = match self.lasts.trim() {
            "" => None,
            text => errors
                .take("lasts", text.parse::<Span>())
                .and_then(|span| SignedDuration::try_from(span.duration()).ok())
                .and_then(|lasts| now.checked_add(lasts).ok()),
        };
        let note = self.note.trim();
        if note.chars().count() > MOST_NOTE {
            errors.add("note", format!("write at most {MOST_NOTE} characters"));
        }
        errors.finish()?;
        let name = || name.expect("BUG: a missing name has left an error");
        let what = match self.scope {
            PauseScope::All => PauseKey::All,
            PauseScope::Task => PauseKey::Task(name()),
            PauseScope::Profile => PauseKey::Profile(name()),
            PauseScope::Proxy => PauseKey::Proxy(name()),
        };
        Ok(SetPause {
            what,
            paused: true,
            until,
            note: note.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn draft(scope: PauseScope, name: &str, lasts: &str) -> PauseDraft {
        PauseDraft {
            scope,
            name: name.into(),
            lasts: lasts.into(),
            note: " the shop is down ".into(),
        }
    }

    #[test]
    fn it_is_sent_as_it_reads() {
        let sent = draft(PauseScope::Proxy, "eu-1", "90s").request(NOW);
        let sent = sent.unwrap();
        assert_eq!(sent.what.to_string(), "proxy:eu-1");
        assert_eq!(sent.until.map(Timestamp::as_second), Some(90));
        assert_eq!(sent.note, "the shop is down");
        let all = draft(PauseScope::All, "what stood there before", " ");
        let sent = all.request(NOW).unwrap();
        assert_eq!((sent.what, sent.until), (PauseKey::All, None));
    }

    #[test]
    fn problems_name_their_fields() {
        let wrong = PauseDraft {
            note: "x".repeat(501),
            ..draft(PauseScope::Task, "", "soon")
        };
        let errors = wrong.request(NOW).unwrap_err();
        for field in ["name", "lasts", "note"] {
            assert!(errors.of(field).is_some(), "{field}");
        }
        let moved = wrong.with_scope(PauseScope::Profile);
        assert_eq!(moved.name, "");
    }
}
