//! How the many runs of one fan-out are spread and when the rest of them is given up.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Place, Problem, Problems};
use crate::Span;

/// `batch = { max_parallel = 5, spread = "10m", stop_after = "20%" }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_parallel: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<String>,
    /// A number of failures, or a percentage such as `20%`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_after: Option<String>,
}

/// A checked fan-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BatchSpec {
    /// How many of its runs may go on at once. `None` leaves it to the other limits.
    pub max_parallel: Option<u32>,
    /// The period over which the starts are spread.
    pub spread: Option<Span>,
    /// After how many failures the waiting rest is cancelled.
    pub stop_after: Option<StopAfter>,
}

/// A limit of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopAfter {
    /// So many runs.
    Failures(u32),
    /// 1 to 100 percent of all runs of the batch.
    Percent(u8),
}

impl StopAfter {
    /// Whether that many failures of a batch of `total` reach the limit.
    #[must_use]
    pub fn is_reached(self, failures: u32, total: u32) -> bool {
        match self {
            Self::Failures(limit) => failures >= limit,
            Self::Percent(percent) => {
                failures > 0 && u64::from(failures) * 100 >= u64::from(percent) * u64::from(total)
            }
        }
    }
}

impl FromStr for StopAfter {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let trimmed = text.trim();
        let read = match trimmed.strip_suffix('%') {
            Some(percent) => percent
                .parse()
                .ok()
                .filter(|percent| (1..=100).contains(percent))
                .map(Self::Percent),
            None => trimmed
                .parse()
                .ok()
                .filter(|count| *count > 0)
                .map(Self::Failures),
        };
        let allowed = "1 or more failures, or `1%` to `100%`";
        read.ok_or_else(|| {
            Problem::new(
                "batch.stop_after",
                format!("`{trimmed}` is not a limit; write {allowed}"),
            )
            .value(trimmed)
            .allowed(allowed)
            .at(Place::new(
                text.len() - text.trim_start().len(),
                trimmed.len(),
            ))
        })
    }
}

impl fmt::Display for StopAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failures(count) => write!(f, "{count}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

impl BatchFile {
    pub(super) fn checked(&self, problems: &mut Problems) -> BatchSpec {
        if self.max_parallel == Some(0) {
            problems.add(
                Problem::new(
                    "batch.max_parallel",
                    "`0` would never start anything; 1 or more",
                )
                .value("0")
                .allowed("1 or more"),
            );
        }
        BatchSpec {
            max_parallel: self.max_parallel,
            spread: super::file::span("batch.spread", self.spread.as_deref(), problems),
            stop_after: self
                .stop_after
                .as_deref()
                .and_then(|text| problems.take(text.parse())),
        }
    }
}

impl From<&BatchSpec> for BatchFile {
    fn from(spec: &BatchSpec) -> Self {
        Self {
            max_parallel: spec.max_parallel,
            spread: spec.spread.map(|span| span.to_string()),
            stop_after: spec.stop_after.map(|limit| limit.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_or_a_share() {
        let five: StopAfter = "5".parse().unwrap();
        assert!(!five.is_reached(4, 10) && five.is_reached(5, 10));
        let fifth: StopAfter = "20%".parse().unwrap();
        assert!(!fifth.is_reached(1, 10) && fifth.is_reached(2, 10));
        assert!(!fifth.is_reached(0, 0), "an empty batch has not failed");
        for text in ["0", "0%", "101%", "-1", "many", ""] {
            assert!(text.parse::<StopAfter>().is_err(), "{text}");
        }
    }
}
