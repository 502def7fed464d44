//! Numbers, lengths of time, sizes and moments as text.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

/// With separators: `1,204`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The number and the noun, in the plural unless it is one: `3 runs`, `2 proxies`, `4 days`.
pub fn plural(number: u64, noun: &str) -> String {
    let stem = noun
        .strip_suffix('y')
        .filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match (number, stem) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{} {stem}ies", count(number)),
        (_, None) => format!("{} {noun}s", count(number)),
    }
}

/// `0:41`, `12:05`, `1:12:09`.
pub fn duration(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// A length of time with its parts of a second, for steps: `0.9 s`, `30.0 s`, `2:05`.
pub fn fine_duration(ms: u64) -> String {
    if ms < 60_000 {
        format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
    } else {
        duration(ms)
    }
}

/// Time within an attempt, for log lines: `0:41.120`.
pub fn clock_ms(ms: u64) -> String {
    format!("{}.{:03}", duration(ms), ms % 1_000)
}

/// By thousands: `812 B`, `48.2 kB`, `118 MB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut unit = 0;
    let mut tenths = bytes.saturating_mul(10);
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

/// How long ago, or in how long: `now`, `2 min ago`, `in 3 h`, `5 days ago`; the date beyond seven days.
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    let apart = now.as_second() - at.as_second();
    let seconds = apart.unsigned_abs();
    let text = match seconds {
        0..=9 => return "now".to_owned(),
        10..=59 => format!("{seconds} s"),
        60..=3_599 => format!("{} min", seconds / 60),
        3_600..=86_399 => format!("{} h", seconds / 3_600),
        86_400..=604_799 => plural(seconds / 86_400, "day"),
        _ => return date(at),
    };
    if apart < 0 {
        format!("in {text}")
    } else {
        format!("{text} ago")
    }
}

/// The day in UTC: `3 May 2026`.
pub fn date(at: Timestamp) -> String {
    let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    format!("{} {} {}", day.day(), month(day), day.year())
}

/// A day of the coming ones: `Mon 4 May`.
pub fn day(day: Date) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let weekday = usize::try_from(day.weekday().to_sunday_zero_offset()).unwrap_or(0);
    format!("{} {} {}", DAYS[weekday], day.day(), month(day))
}

/// The time of day: `09:05`.
pub fn time_of_day(clock: DateTime) -> String {
    format!("{:02}:{:02}", clock.hour(), clock.minute())
}

fn month(day: Date) -> &'static str {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = usize::try_from(day.month()).ok();
    month
        .and_then(|month| MONTHS.get(month - 1))
        .copied()
        .unwrap_or_default()
}

/// With a capital first letter.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

/// An error's lower-case fragment as a sentence: capital letter, full stop. One that begins with a name in backticks
/// keeps the name as it is.
pub fn sentence(fragment: &str) -> String {
    let end = if fragment.is_empty() || fragment.ends_with(['.', '!', '?', ':']) {
        ""
    } else {
        "."
    };
    capital(fragment) + end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_204), "1,204");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(plural(1, "run"), "1 run");
        assert_eq!(plural(1_204, "run"), "1,204 runs");
        assert_eq!(plural(2, "proxy"), "2 proxies");
        assert_eq!(plural(1, "proxy"), "1 proxy");
        assert_eq!(plural(2, "day"), "2 days");
    }

    #[test]
    fn lengths_of_time() {
        assert_eq!(duration(0), "0:00");
        assert_eq!(duration(41_900), "0:41");
        assert_eq!(duration(725_000), "12:05");
        assert_eq!(duration(4_329_000), "1:12:09");
        assert_eq!(fine_duration(949), "0.9 s");
        assert_eq!(fine_duration(30_000), "30.0 s");
        assert_eq!(fine_duration(125_000), "2:05");
        assert_eq!(clock_ms(41_120), "0:41.120");
    }

    #[test]
    fn sizes_by_thousands() {
        assert_eq!(size(812), "812 B");
        assert_eq!(size(48_211), "48.2 kB");
        assert_eq!(size(118_000_000), "118 MB");
        assert_eq!(size(1_200_000_000), "1.2 GB");
        assert_eq!(size(999_999), "999 kB");
    }

    #[test]
    fn moments_near_and_far() {
        let now: Timestamp = "2026-05-04T12:02:41Z".parse().unwrap();
        let check = |at: &str, expected: &str| {
            assert_eq!(
                relative(at.parse().unwrap(), now),
                expected,
                "{at} seen from {now}"
            );
        };
        check("2026-05-04T12:02:38Z", "now");
        check("2026-05-04T12:02:11Z", "30 s ago");
        check("2026-05-04T12:00:11Z", "2 min ago");
        check("2026-05-04T15:30:00Z", "in 3 h");
        check("2026-05-03T12:00:00Z", "1 day ago");
        check("2026-04-20T12:00:00Z", "20 Apr 2026");
    }

    #[test]
    fn fragments_become_sentences() {
        assert_eq!(sentence("the name is taken"), "The name is taken.");
        assert_eq!(sentence("`anna` is in use"), "`anna` is in use.");
        assert_eq!(sentence(""), "");
    }
}
