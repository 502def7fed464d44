//! Moments as people type them.

use std::time::Duration;

use drover_model::Span;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// `2h` (so long ago), `2026-11-23` (its beginning in UTC) or an RFC 3339 time.
pub(crate) fn since(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    if let Ok(span) = text.parse::<Span>() {
        return now
            .checked_sub(span.duration())
            .map_err(|_| format!("`{text}` is too long ago"));
    }
    moment(text).ok_or_else(|| {
        format!(
            "`{text}` is not a time; write it like `2h`, `2026-11-23` or `2026-11-23T08:00:00Z`"
        )
    })
}

/// From the last second of a day to the next day.
const LAST_SECOND: Duration = Duration::from_secs(1);

/// `2026-12-31` (its end in UTC) or an RFC 3339 time, after now.
pub(crate) fn expiry(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let until = match text.parse::<Date>() {
        Ok(date) => date
            .tomorrow()
            .ok()
            .and_then(midnight)
            .and_then(|next| next.checked_sub(LAST_SECOND).ok()),
        Err(_) => moment(text),
    };
    match until {
        Some(until) if until > now => Ok(until),
        Some(_) => Err(format!("`{text}` is in the past")),
        None => Err(format!(
            "`{text}` is not a date; write it like `2026-12-31` or `2026-12-31T12:00:00Z`"
        )),
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| midnight(text.parse::<Date>().ok()?))
}

fn midnight(date: Date) -> Option<Timestamp> {
    let day = date.to_zoned(TimeZone::UTC).ok()?;
    Some(day.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-23T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_beginning() {
        for (text, at) in [
            ("2h", "2026-11-23T06:00:00Z"),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("2026-11-20T10:00:00+01:00", "2026-11-20T09:00:00Z"),
        ] {
            assert_eq!(since(text, now()).unwrap().to_string(), at);
        }
        assert!(
            since("yesterday", now())
                .unwrap_err()
                .contains("`yesterday` is not a time")
        );
    }

    #[test]
    fn an_end() {
        let end = expiry("2026-12-31", now()).unwrap();
        assert_eq!(end.to_string(), "2026-12-31T23:59:59Z");
        assert!(expiry("2026-11-23", now()).is_ok(), "today is not over");
        assert_eq!(
            expiry("2026-11-22", now()).unwrap_err(),
            "`2026-11-22` is in the past"
        );
        assert!(expiry("soon", now()).unwrap_err().contains("is not a date"));
    }
}
