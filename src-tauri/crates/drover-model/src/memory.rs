//! An amount of memory as people write it: `400MB`, `2GB`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

/// The most memory that something may have, from 16 MB to 1 TB, in whole megabytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemoryLimit(u64);

/// A text that is no such amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount of memory between 16 MB and 1 TB; write it like `400MB` or `2GB`")]
pub struct BadMemoryLimit(pub String);

const MB: u64 = 1_000_000;
const LEAST_MB: u64 = 16;
const MOST_MB: u64 = 1_000_000;

impl MemoryLimit {
    /// The amount in bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.0 * MB
    }
}

impl FromStr for MemoryLimit {
    type Err = BadMemoryLimit;

    fn from_str(text: &str) -> Result<Self, BadMemoryLimit> {
        let text = text.trim();
        let bad = || BadMemoryLimit(text.to_owned());
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
        let count: u64 = text[..digits].parse().map_err(|_| bad())?;
        let unit = match text[digits..].trim_start().to_ascii_uppercase().as_str() {
            "MB" => 1,
            "GB" => 1_000,
            "TB" => 1_000_000,
            _ => return Err(bad()),
        };
        match count.checked_mul(unit) {
            Some(mb @ LEAST_MB..=MOST_MB) => Ok(Self(mb)),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for MemoryLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            mb if mb.is_multiple_of(1_000_000) => write!(f, "{}TB", mb / 1_000_000),
            mb if mb.is_multiple_of(1_000) => write!(f, "{}GB", mb / 1_000),
            mb => write!(f, "{mb}MB"),
        }
    }
}

impl Serialize for MemoryLimit {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MemoryLimit {
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
    fn amounts_read_as_written() {
        for text in ["16MB", "400MB", "2GB", "1500MB", "1TB"] {
            assert_eq!(text.parse::<MemoryLimit>().unwrap().to_string(), text);
        }
        let spaced: MemoryLimit = " 2 gb ".parse().unwrap();
        assert_eq!(spaced.bytes(), 2_000_000_000);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "400",
            "MB",
            "15MB",
            "0GB",
            "-1GB",
            "1.5GB",
            "2TB",
            "1001GB",
            "400kB",
            "99999999999999999999GB",
            "4OOMB",
        ] {
            assert!(text.parse::<MemoryLimit>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_survives_its_text(mb in LEAST_MB..=MOST_MB) {
            let limit: MemoryLimit = format!("{mb}MB").parse().unwrap();
            prop_assert_eq!(limit.to_string().parse::<MemoryLimit>().unwrap(), limit);
        }

        #[test]
        fn no_text_panics(text in ".{0,24}") {
            text.parse::<MemoryLimit>().ok();
        }
    }
}
