//! A length of time as people write it: `500ms`, `30s`, `5m`, `2h`.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize, de};

/// A positive length of time, at most 30 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(Duration);

/// A text that is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a length of time between 1 ms and 30 days; write it like `500ms`, `30s`, `5m` or `2h`"
)]
pub struct BadSpan(pub String);

impl Span {
    /// The longest, in milliseconds: 30 days.
    pub const MAX_MS: u64 = 2_592_000_000;

    /// A number of seconds.
    #[must_use]
    pub const fn seconds(count: u64) -> Self {
        Self(Duration::from_secs(count))
    }

    /// A number of milliseconds.
    #[must_use]
    pub const fn milliseconds(count: u64) -> Self {
        Self(Duration::from_millis(count))
    }

    /// The length in milliseconds.
    #[must_use]
    pub fn as_milliseconds(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }

    /// The length.
    #[must_use]
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Span {
    type Err = BadSpan;

    fn from_str(text: &str) -> Result<Self, BadSpan> {
        let text = text.trim();
        let bad = || BadSpan(text.to_owned());
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
        let count: u64 = text[..digits].parse().map_err(|_| bad())?;
        let unit: u64 = match &text[digits..] {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(bad()),
        };
        match count.checked_mul(unit) {
            Some(ms @ 1..=Self::MAX_MS) => Ok(Self(Duration::from_millis(ms))),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.as_millis();
        match ms {
            _ if ms.is_multiple_of(86_400_000) => write!(f, "{}d", ms / 86_400_000),
            _ if ms.is_multiple_of(3_600_000) => write!(f, "{}h", ms / 3_600_000),
            _ if ms.is_multiple_of(60_000) => write!(f, "{}m", ms / 60_000),
            _ if ms.is_multiple_of(1_000) => write!(f, "{}s", ms / 1_000),
            _ => write!(f, "{ms}ms"),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
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
    fn spans_read_as_written() {
        for text in ["500ms", "30s", "5m", "2h", "1d"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        assert_eq!(
            "90s".parse::<Span>().unwrap().duration(),
            Duration::from_secs(90)
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "5",
            "m",
            "0s",
            "-1s",
            "5 m",
            "31d",
            "99999999999999999999h",
            "1.5h",
        ] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_span_survives_its_text(ms in 1_u64..2_592_000_000) {
            let span: Span = format!("{ms}ms").parse().unwrap();
            prop_assert_eq!(span.to_string().parse::<Span>().unwrap(), span);
        }

        #[test]
        fn no_text_panics(text in ".{0,24}") {
            text.parse::<Span>().ok();
        }
    }
}
