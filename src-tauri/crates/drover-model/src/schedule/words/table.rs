//! What a language has to bring.

use serde::{Deserialize, Serialize};

use super::{english::ENGLISH, german::GERMAN};

/// A language that schedules are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }

    /// The language of a tag such as `de-AT`; English where there is no other.
    #[must_use]
    pub fn of_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.words().tag.eq_ignore_ascii_case(primary))
            .unwrap_or_default()
    }
}

/// The words of one language. Sentences have holes such as `{list}`, filled by name.
#[derive(Debug)]
pub struct Words {
    /// The primary tag, such as `en`.
    pub tag: &'static str,
    pub(super) and: &'static str,
    pub(super) or: &'static str,
    pub(super) months: [&'static str; 12],
    /// Sunday first.
    pub(super) weekdays: [&'static str; 7],
    /// First to fifth, as they stand before a weekday.
    pub(super) nth: [&'static str; 5],
    /// A day of the month, such as 1st.
    pub(super) ordinal: fn(i64) -> String,
    /// A date such as 29 Mar.
    pub(super) date: &'static str,

    // Times.
    pub(super) every_second: &'static str,
    pub(super) every_seconds: &'static str,
    pub(super) seconds_from: &'static str,
    pub(super) at_second: &'static str,
    pub(super) every_minute: &'static str,
    pub(super) every_minutes: &'static str,
    pub(super) minutes_from: &'static str,
    pub(super) at_minute: &'static str,
    pub(super) every_hour: &'static str,
    pub(super) every_hours: &'static str,
    pub(super) at_time: &'static str,
    pub(super) between: &'static str,
    pub(super) in_hours: &'static str,
    pub(super) in_every_hours: &'static str,

    // Days.
    pub(super) every_day: &'static str,
    pub(super) every_weekday: &'static str,
    pub(super) every_weekend: &'static str,
    pub(super) on_weekdays: &'static str,
    pub(super) on_days: &'static str,
    pub(super) every_days: &'static str,
    pub(super) day_range: &'static str,
    pub(super) last_day: &'static str,
    pub(super) last_working: &'static str,
    pub(super) nearest: &'static str,
    pub(super) nth_weekday: &'static str,
    pub(super) last_weekday: &'static str,
    pub(super) either: &'static str,
    pub(super) both: &'static str,
    pub(super) if_weekday: &'static str,
    pub(super) in_months: &'static str,
    pub(super) month_range: &'static str,

    // Other triggers.
    pub(super) every_span: &'static str,
    /// Day, hour, minute, second, millisecond: one and several.
    pub(super) units: [(&'static str, &'static str); 5],
    pub(super) once: &'static str,
    /// After a run of a task: succeeded, failed, ended.
    pub(super) after: [&'static str; 3],
    /// How the runs belong together: same profile, batch, any.
    pub(super) scope: [&'static str; 3],

    // Notes of the clocks.
    pub(super) moved: &'static str,
    pub(super) first_of_two: &'static str,
    pub(super) first_pass: &'static str,
    pub(super) second_pass: &'static str,
    pub(super) missing: &'static str,
    pub(super) missing_range: &'static str,

    // Why a time did not become a run, in the order of `Reason`.
    pub(super) reasons: [&'static str; 12],
    /// The word for a run, before its id.
    pub(super) run: &'static str,

    // Warnings.
    pub(super) same_profile: &'static str,
    pub(super) too_many: &'static str,
    pub(super) removed: &'static str,
    pub(super) fix_jitter: &'static str,
    pub(super) fix_spread: &'static str,
    pub(super) fix_cron: &'static str,
    pub(super) fix_rules: &'static str,

    // After a sleep.
    pub(super) missed_one: &'static str,
    pub(super) missed_many: &'static str,
}

/// `a, b and c`.
pub(super) fn list(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}

/// The sentence with its holes filled.
pub(super) fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(sentence.len() + 16);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (hole, after) = after
            .split_once('}')
            .expect("BUG: a sentence has an open hole");
        let value = values.iter().find(|(name, _)| *name == hole);
        text.push_str(value.expect("BUG: a sentence has an unknown hole").1);
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The text with a capital at its start.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
