//! Values in words: lengths of time, moments, sizes, states.

use drover_model::RunState;
use jiff::Timestamp;

/// The colour family of a text, as in [`RunState::tone`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tone {
    #[default]
    Plain,
    Ok,
    Warn,
    Err,
    Info,
    Attn,
    Quiet,
}

impl Tone {
    /// The tone of a state.
    pub(crate) fn of(state: RunState) -> Self {
        match state.tone() {
            "ok" => Self::Ok,
            "warn" => Self::Warn,
            "err" => Self::Err,
            "info" => Self::Info,
            "attn" => Self::Attn,
            _ => Self::Quiet,
        }
    }

    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Ok => Some("32"),
            Self::Warn => Some("33"),
            Self::Err => Some("31"),
            Self::Info => Some("36"),
            Self::Attn => Some("35"),
            Self::Quiet => Some("2"),
        }
    }
}

/// The text in its colour (ECMA-48, SGR), where colours are wanted.
pub(crate) fn paint(text: &str, tone: Tone, colour: bool) -> String {
    match tone.code() {
        Some(code) if colour => format!("\x1b[{code}m{text}\x1b[0m"),
        _ => text.to_owned(),
    }
}

/// `0.9 s`, `30.0 s`, `2:05`, `1:12:09`.
pub(crate) fn duration(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}.{} s", ms % 1_000 / 100),
        (0, _) => format!("{minutes}:{:02}", seconds % 60),
        _ => format!("{hours}:{minutes:02}:{:02}", seconds % 60),
    }
}

/// `now`, `2 min ago`, `in 3 h`, `5 days ago`; the date beyond seven days.
pub(crate) fn relative(at: Timestamp, now: Timestamp) -> String {
    let apart = now.as_second() - at.as_second();
    let seconds = apart.unsigned_abs();
    let text = match seconds {
        0..=9 => return "now".to_owned(),
        10..=59 => format!("{seconds} s"),
        60..=3_599 => format!("{} min", seconds / 60),
        3_600..=86_399 => format!("{} h", seconds / 3_600),
        86_400..=172_799 => "1 day".to_owned(),
        172_800..=604_799 => format!("{} days", seconds / 86_400),
        _ => return at.strftime("%Y-%m-%d").to_string(),
    };
    if apart < 0 {
        format!("in {text}")
    } else {
        format!("{text} ago")
    }
}

/// By thousands: `812 B`, `48.2 kB`, `118 MB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut tenths, mut unit) = (bytes.saturating_mul(10), 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    if unit == 0 || tenths >= 1_000 {
        format!("{} {}", tenths / 10, UNITS[unit])
    } else {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    }
}

/// What fits into one line of a message.
pub(crate) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// `1 run`, `3 runs`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}

/// Names in a row, or `-` when there are none.
pub(crate) fn list<T: ToString>(items: &[T]) -> String {
    match items {
        [] => "-".to_owned(),
        _ => items
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// The text, or `-`.
pub(crate) fn or_dash<T: ToString>(item: Option<&T>) -> String {
    item.map_or_else(|| "-".to_owned(), ToString::to_string)
}

/// Megabytes as they are typed, in bytes.
pub(crate) fn megabytes(typed: u64) -> u64 {
    typed.saturating_mul(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        for (ms, text) in [
            (949, "0.9 s"),
            (30_000, "30.0 s"),
            (125_000, "2:05"),
            (4_329_000, "1:12:09"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn moments() {
        let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        for (at, text) in [
            ("2026-11-23T07:59:55Z", "now"),
            ("2026-11-23T07:58:00Z", "2 min ago"),
            ("2026-11-23T11:00:00Z", "in 3 h"),
            ("2026-11-22T07:00:00Z", "1 day ago"),
            ("2026-11-18T08:00:00Z", "5 days ago"),
            ("2026-10-01T08:00:00Z", "2026-10-01"),
        ] {
            assert_eq!(relative(at.parse().unwrap(), now), text);
        }
    }

    #[test]
    fn sizes() {
        for (bytes, text) in [(812, "812 B"), (48_211, "48.2 kB"), (118_400_000, "118 MB")] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn colours_only_where_wanted() {
        assert_eq!(paint("x", Tone::Err, false), "x");
        assert_eq!(paint("x", Tone::Err, true), "\x1b[31mx\x1b[0m");
        assert_eq!(paint("x", Tone::Plain, true), "x");
        assert!(
            RunState::ALL
                .into_iter()
                .all(|state| Tone::of(state) != Tone::Plain)
        );
    }
}
