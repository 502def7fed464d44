//! The limit that is being set.

use drover_model::request::SetLimit;
use drover_model::{Capacity, FieldErrors, Limit, LimitKey, LimitKind, Name, Rate, Span};

/// What is typed so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitDraft {
    pub kind: LimitKind,
    pub name: String,
    /// Empty: as many as the workers allow.
    pub capacity: String,
    /// Empty: as often as there is room.
    pub starts: String,
    /// The time in which so many may start.
    pub per: String,
    /// The limit that is changed; it keeps its name.
    pub known: Option<LimitKey>,
}

impl Default for LimitDraft {
    fn default() -> Self {
        Self {
            kind: LimitKind::Proxy,
            name: String::new(),
            capacity: String::new(),
            starts: String::new(),
            per: "1m".to_owned(),
            known: None,
        }
    }
}

impl LimitDraft {
    pub fn of(limit: &Limit) -> Self {
        let rate = limit.rate.map(|rate| rate.to_string());
        let (starts, per) = rate
            .as_deref()
            .and_then(|rate| rate.split_once('/'))
            .unwrap_or(("", "1m"));
        Self {
            kind: limit.key.kind,
            name: limit.key.name.to_string(),
            capacity: limit
                .capacity
                .map(|number| number.to_string())
                .unwrap_or_default(),
            starts: starts.to_owned(),
            per: per.to_owned(),
            known: Some(limit.key.clone()),
        }
    }

    /// Another kind has other names.
    #[must_use]
    pub fn with_kind(self, kind: LimitKind) -> Self {
        Self {
            kind,
            name: String::new(),
            ..self
        }
    }

    /// What is to be sent, or what is wrong.
    pub fn request(&self) -> Result<SetLimit, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", self.name.parse::<Name>());
        let capacity = match self.capacity.trim() {
            "" => None,
            text => errors.take(
                "capacity",
                text.parse::<Capacity>()
                    .map_err(|_| "write a whole number from 0 to 10,000"),
            ),
        };
        let rate = match self.starts.trim() {
            "" => None,
            text => {
                let starts = text.parse().ok().filter(|starts| *starts > 0);
                let starts = errors.take("starts", starts.ok_or("write a whole number, from 1 on"));
                let per = errors.take("per", self.per.parse::<Span>());
                starts.zip(per).and_then(|(starts, per)| {
                    let rate = Rate::new(starts, per.as_milliseconds());
                    errors.take("starts", rate)
                })
            }
        };
        if self.capacity.trim().is_empty() && self.starts.trim().is_empty() {
            errors.add("capacity", "say how many at once, or how many may start");
        }
        errors.finish()?;
        Ok(SetLimit {
            key: LimitKey {
                kind: self.kind,
                name: name.expect("BUG: a missing name has left an error"),
            },
            capacity,
            rate,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(capacity: &str, starts: &str, per: &str) -> LimitDraft {
        LimitDraft {
            name: "eu-3".into(),
            capacity: capacity.into(),
            starts: starts.into(),
            per: per.into(),
            ..LimitDraft::default()
        }
    }

    #[test]
    fn one_of_the_two_is_enough() {
        let sent = draft("4", "", "1m").request().unwrap();
        assert_eq!(sent.key.to_string(), "proxy:eu-3");
        assert_eq!(
            (sent.capacity, sent.rate),
            (Some(4.try_into().unwrap()), None)
        );
        let sent = draft("", "10", "90s").request().unwrap();
        assert_eq!(sent.capacity, None);
        assert_eq!(sent.rate, Some(Rate::parse("10/90s").unwrap()));
        let none = draft(" ", "", "1m").request().unwrap_err();
        assert!(
            none.of("capacity").is_some(),
            "it would take the limit away"
        );
    }

    #[test]
    fn problems_name_their_fields() {
        let wrong = LimitDraft {
            name: String::new(),
            ..draft("-1", "0", "soon")
        };
        let errors = wrong.request().unwrap_err();
        for field in ["name", "capacity", "starts", "per"] {
            assert!(errors.of(field).is_some(), "{field}");
        }
    }

    #[test]
    fn a_limit_that_is_changed_is_sent_as_it_was() {
        let limit = Limit {
            key: "tag:eu shop".parse().unwrap(),
            capacity: Some(0.try_into().unwrap()),
            rate: Some(Rate::parse("10/1m").unwrap()),
            held_by: Vec::new(),
            waiting: 2,
        };
        let sent = LimitDraft::of(&limit).request().unwrap();
        assert_eq!(
            (sent.key, sent.capacity, sent.rate),
            (limit.key, limit.capacity, limit.rate)
        );
        let other = draft("4", "", "1m").with_kind(LimitKind::Task);
        assert_eq!((other.name.as_str(), other.capacity.as_str()), ("", "4"));
    }
}
