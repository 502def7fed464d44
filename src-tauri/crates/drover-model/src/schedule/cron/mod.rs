//! The written cron rule: five fields, or six with leading seconds.
//!
//! This is the rule as a calendar sees it, without a zone. Which instants it names in a
//! zone is for the scheduler.

mod days;
mod item;
mod part;
mod read;
#[cfg(test)]
mod tests;

pub use part::Part;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

use super::Problem;

/// A checked cron rule that names at least one day of some year.
///
/// Bits of the masks are the values themselves: bit 9 of the hours is 09:00.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cron {
    text: String,
    pub(super) seconds: u64,
    pub(super) minutes: u64,
    pub(super) hours: u32,
    pub(super) months: u16,
    pub(super) days: MonthDays,
    pub(super) weekdays: Weekdays,
    /// How the two day fields go together.
    pub(super) join: Join,
    fixed: bool,
}

/// What the field of month days names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct MonthDays {
    /// 1 to 31.
    pub(super) mask: u32,
    /// `L`: the last day.
    pub(super) last: bool,
    /// `LW`: the last day from Monday to Friday.
    pub(super) last_working: bool,
    /// `15W`: the day from Monday to Friday that is nearest, within the month.
    pub(super) nearest: u32,
}

/// What the field of weekdays names. Sunday is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Weekdays {
    pub(super) mask: u8,
    /// `5L`: the last Friday of the month.
    pub(super) last: u8,
    /// `2#1`: bit 0 of entry 2 is the first Tuesday of the month.
    pub(super) nth: [u8; 7],
}

/// How month days and weekdays go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Join {
    /// One of the two begins with `*` or is `?`: both must fit, which for a bare star means
    /// that the other one decides (Vixie's rule).
    Star,
    /// Both are given: a day that fits either counts (Vixie's rule).
    Either,
    /// Both are given and the weekday has a `+`: a day must fit both.
    Both,
}

impl Cron {
    /// The longest rule that is read, in bytes.
    pub const MAX: usize = 256;

    /// The rule as it was written, without blanks around it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The seconds it names, as bits 0 to 59.
    #[must_use]
    pub const fn seconds(&self) -> u64 {
        self.seconds
    }

    /// The minutes it names, as bits 0 to 59.
    #[must_use]
    pub const fn minutes(&self) -> u64 {
        self.minutes
    }

    /// The hours it names, as bits 0 to 23.
    #[must_use]
    pub const fn hours(&self) -> u32 {
        self.hours
    }

    /// The months it names, as bits 1 to 12.
    #[must_use]
    pub const fn months(&self) -> u16 {
        self.months
    }

    /// Whether it names times of day, without a `*` in second, minute and hour. Such a time
    /// happens once a day whatever the clocks do; all others follow the clock as it runs.
    #[must_use]
    pub const fn is_fixed(&self) -> bool {
        self.fixed
    }

    /// How often it starts within a minute in which it starts at all.
    #[must_use]
    pub const fn starts_per_minute(&self) -> u32 {
        self.seconds.count_ones()
    }
}

impl FromStr for Cron {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        read::cron(text)
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Serialize for Cron {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Cron {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?
            .parse()
            .map_err(|problem: Problem| de::Error::custom(problem))
    }
}
