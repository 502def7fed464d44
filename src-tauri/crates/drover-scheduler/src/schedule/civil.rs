//! The next local time that a cron rule names, on a calendar without a zone.

use jiff::civil::{Date, DateTime, Time};

use drover_model::schedule::Cron;

/// The first local time at or after `from` that the rule names, on no day after `last`.
pub(super) fn next_local(rule: &Cron, from: DateTime, last: Date) -> Option<DateTime> {
    let today = from.date();
    if today <= last
        && rule.matches_day(today)
        && let Some(time) = next_time(rule, from.time())
    {
        return Some(today.to_datetime(time));
    }
    let day = rule.next_day(today.tomorrow().ok()?, last)?;
    Some(day.to_datetime(next_time(rule, Time::midnight())?))
}

/// The first time of day at or after `from`.
fn next_time(rule: &Cron, from: Time) -> Option<Time> {
    let (hour, minute, second) = (from.hour(), from.minute(), from.second());
    let first_minute = low(rule.minutes());
    let first_second = low(rule.seconds());
    let hours = u64::from(rule.hours());
    if at_or_after(hours, hour) == Some(hour) {
        if at_or_after(rule.minutes(), minute) == Some(minute)
            && let Some(second) = at_or_after(rule.seconds(), second)
        {
            return Some(Time::constant(hour, minute, second, 0));
        }
        if let Some(minute) = at_or_after(rule.minutes(), minute + 1) {
            return Some(Time::constant(hour, minute, first_second, 0));
        }
    }
    let hour = at_or_after(hours, hour + 1)?;
    Some(Time::constant(hour, first_minute, first_second, 0))
}

/// The lowest bit at or above a place.
fn at_or_after(mask: u64, place: i8) -> Option<i8> {
    let rest = mask.checked_shr(u32::try_from(place).ok()?)?;
    (rest != 0).then(|| place + low(rest))
}

/// The lowest bit.
fn low(mask: u64) -> i8 {
    i8::try_from(mask.trailing_zeros()).expect("BUG: at most 64")
}
