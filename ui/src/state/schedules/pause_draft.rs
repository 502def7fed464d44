//! The pause of a schedule that is being set.

use drover_model::request::PauseSchedule;
use drover_model::{FieldErrors, ScheduleId, Span};
use jiff::{SignedDuration, Timestamp};

/// As many characters as the engine keeps of a note.
const MOST_NOTE: usize = 500;

/// What is typed, before it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchedulePause {
    /// A moment on this computer's clock, or a length of time; empty until somebody resumes it.
    pub until: String,
    pub note: String,
}

impl SchedulePause {
    /// What is to be sent, or what is wrong. `instant` reads a moment such as `2026-12-01 09:00`.
    pub fn request(
        &self,
        schedule: ScheduleId,
        now: Timestamp,
        instant: impl Fn(&str) -> Option<Timestamp>,
    ) -> Result<PauseSchedule, FieldErrors> {
        let mut errors = FieldErrors::default();
        let text = self.until.trim();
        let until = if text.is_empty() {
            None
        } else {
            let until = instant(text).or_else(|| after(now, text));
            match until {
                None => errors.add(
                    "until",
                    format!(
                        "`{text}` is neither a moment such as `2026-12-01 09:00` nor a length of time such as `2h`"
                    ),
                ),
                Some(at) if at <= now => errors.add("until", "that moment has passed already"),
                Some(_) => {}
            }
            until
        };
        let note = self.note.trim();
        if note.chars().count() > MOST_NOTE {
            errors.add("note", format!("write at most {MOST_NOTE} characters"));
        }
        errors.finish()?;
        Ok(PauseSchedule {
            schedule,
            until,
            note: note.to_owned(),
        })
    }
}

/// The moment so long after `now`.
fn after(now: Timestamp, text: &str) -> Option<Timestamp> {
    let span = text.parse::<Span>().ok()?;
    let lasts = SignedDuration::try_from(span.duration()).ok()?;
    now.checked_add(lasts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn read(until: &str, note: &str) -> Result<PauseSchedule, FieldErrors> {
        let draft = SchedulePause {
            until: until.into(),
            note: note.into(),
        };
        draft.request(ScheduleId::from_bits(1), NOW, |text| text.parse().ok())
    }

    #[test]
    fn it_lasts_for_a_while_until_a_moment_or_until_somebody_resumes_it() {
        let check = |until: &str, seconds: Option<i64>| {
            let sent = read(until, " the shop moves ").unwrap();
            assert_eq!(sent.until.map(Timestamp::as_second), seconds, "{until}");
            assert_eq!(sent.note, "the shop moves");
        };
        check(" ", None);
        check("90s", Some(90));
        check("1970-01-02T00:00:00Z", Some(86_400));
    }

    #[test]
    fn problems_name_their_fields() {
        let check = |until: &str, note: &str, field: &str, part: &str| {
            let errors = read(until, note).unwrap_err();
            let said = errors.of(field).unwrap_or_default();
            assert!(said.contains(part), "{until}: {said}");
        };
        check("soon", "", "until", "`soon` is neither");
        check("1969-12-31T00:00:00Z", "", "until", "has passed");
        check("", &"x".repeat(501), "note", "at most 500");
    }
}
