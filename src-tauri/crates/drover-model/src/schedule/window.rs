//! When a schedule may start at all: first and last day, hours of the day, days left out.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, civil::Date, civil::DateTime};

use super::{Place, Problem, cron::Part};

/// The first or the last moment of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A day in the schedule's zone; as an end, the whole day is included.
    Day(Date),
    /// An instant; as an end, it is included.
    At(Timestamp),
}

/// Hours of some weekdays, such as `MON-FRI 08:00-18:00`, in the schedule's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Bit 0 is Sunday.
    days: u8,
    /// Minutes since midnight, included.
    from: u16,
    /// Minutes since midnight, not included. Not after `from` means: on the next day.
    to: u16,
}

/// Days on which nothing starts, such as `2026-12-24..2027-01-01`, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blackout {
    pub first: Date,
    pub last: Date,
}

/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// The days of a week.
const ALL_DAYS: u8 = 0b111_1111;
/// The weekdays as they are written, Sunday first.
const DAY_NAMES: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Window {
    /// Whether the local time lies in it.
    #[must_use]
    pub fn holds(&self, local: DateTime) -> bool {
        let weekday = local.weekday().to_sunday_zero_offset();
        let minute = minute_of(local);
        if self.from < self.to {
            return self.is_on(weekday) && (self.from..self.to).contains(&minute);
        }
        // It began today, or yesterday and goes on past midnight.
        self.is_on(weekday) && minute >= self.from
            || self.is_on((weekday + 6) % 7) && minute < self.to
    }

    /// The next local time at which it opens, after `local`.
    #[must_use]
    pub fn opens_after(&self, local: DateTime) -> Option<DateTime> {
        let mut day = local.date();
        for _ in 0..=7 {
            let open = day.at(hour(self.from), minute(self.from), 0, 0);
            if open > local && self.is_on(day.weekday().to_sunday_zero_offset()) {
                return Some(open);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    const fn is_on(self, weekday: i8) -> bool {
        self.days >> weekday & 1 == 1
    }
}

fn minute_of(local: DateTime) -> u16 {
    u16::try_from(i16::from(local.hour()) * 60 + i16::from(local.minute()))
        .expect("BUG: hours and minutes are not negative")
}

fn hour(minutes: u16) -> i8 {
    i8::try_from(minutes / 60 % 24).expect("BUG: below 24")
}

fn minute(minutes: u16) -> i8 {
    i8::try_from(minutes % 60).expect("BUG: below 60")
}

impl Blackout {
    /// Whether the day is left out.
    #[must_use]
    pub fn holds(&self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

impl FromStr for Window {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let (days, hours) = match text.trim().rsplit_once(char::is_whitespace) {
            Some((days, hours)) => (days_mask(text, days.trim())?, hours),
            None => (ALL_DAYS, text.trim()),
        };
        let allowed = "hours such as `08:00-18:00`";
        let Some((from, to)) = hours.split_once('-') else {
            return Err(bad(text, hours, allowed));
        };
        let (Some(open), Some(close)) = (clock(from), clock(to)) else {
            let part = if clock(from).is_none() { from } else { to };
            return Err(bad(text, part, "a time from `00:00` to `24:00`"));
        };
        if open == close || open == DAY {
            return Err(bad(
                text,
                hours,
                "a window that is open for a minute at least",
            ));
        }
        Ok(Self {
            days,
            from: open,
            to: close,
        })
    }
}

fn clock(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let sum = hours * 60 + minutes;
    (minutes < 60 && sum <= DAY).then_some(sum)
}

fn days_mask(text: &str, days: &str) -> Result<u8, Problem> {
    let mut mask = 0;
    for item in days.split(',') {
        let one = |name: &str| {
            Part::Weekday
                .named(name)
                .ok_or_else(|| bad(text, name, "weekdays such as `MON-FRI` or `SAT,SUN`"))
        };
        let (first, last) = match item.split_once('-') {
            Some((first, last)) => (one(first)?, one(last)?),
            None => (one(item)?, one(item)?),
        };
        let mut day = first;
        mask |= 1 << day;
        while day != last {
            day = (day + 1) % 7;
            mask |= 1 << day;
        }
    }
    Ok(mask)
}

/// A problem of a part of `text`; `part` is a slice of it.
fn bad(text: &str, part: &str, allowed: &str) -> Problem {
    let start = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    let message = format!("`{part}` does not fit; write {allowed}");
    Problem::new("windows", message)
        .value(part)
        .allowed(allowed)
        .at(Place::new(start, part.len()))
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days != ALL_DAYS {
            let days: Vec<&str> = (0..7_u8)
                .filter(|day| self.days >> day & 1 == 1)
                .map(|day| DAY_NAMES[usize::from(day)])
                .collect();
            write!(f, "{} ", days.join(","))?;
        }
        let (from, to) = (self.from, self.to);
        let (to_hour, to_minute) = (to / 60, to % 60);
        write!(
            f,
            "{:02}:{:02}-{to_hour:02}:{to_minute:02}",
            from / 60,
            from % 60
        )
    }
}

impl FromStr for Blackout {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let day = |part: &str| {
            let problem = || bad(text, part.trim(), "a day such as `2026-12-24`");
            part.trim().parse::<Date>().map_err(|_| problem())
        };
        let (first, last) = (day(first)?, day(last)?);
        if first > last {
            return Err(bad(text, text, "days in their order, `first..last`"));
        }
        Ok(Self { first, last })
    }
}

impl fmt::Display for Blackout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}..{}", self.first, self.last)
        }
    }
}

impl FromStr for Bound {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let allowed =
            "a day such as `2026-12-01` or an instant such as `2026-12-01T09:00:00+01:00`";
        // Every instant has a `T`; a day has none, and must not swallow one.
        let trimmed = text.trim();
        let bound = if trimmed.contains(['T', 't', ' ']) {
            trimmed.parse().map(Self::At).ok()
        } else {
            trimmed.parse().map(Self::Day).ok()
        };
        bound.ok_or_else(|| bad(text, trimmed, allowed))
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::At(at) => write!(f, "{at}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;
    use proptest::prelude::*;

    use super::*;

    fn window(text: &str) -> Window {
        text.parse()
            .unwrap_or_else(|problem: Problem| panic!("{problem}"))
    }

    #[test]
    fn windows_hold_their_hours() {
        // 23 November 2026 is a Monday.
        let monday = |hour| datetime(2026, 11, 23, hour, 30, 0, 0);
        let office = window("mon-fri 08:00-18:00");
        assert!(office.holds(monday(8)) && office.holds(monday(17)));
        assert!(!office.holds(monday(7)) && !office.holds(monday(18)));
        assert!(!office.holds(datetime(2026, 11, 22, 9, 0, 0, 0)));
        let night = window("SUN 22:00-06:00");
        assert!(night.holds(datetime(2026, 11, 22, 23, 0, 0, 0)));
        assert!(night.holds(monday(5)) && !night.holds(monday(6)) && !night.holds(monday(23)));
    }

    #[test]
    fn a_window_says_when_it_opens_next() {
        let office = window("MON-FRI 08:00-18:00");
        let friday = datetime(2026, 11, 27, 12, 0, 0, 0);
        assert_eq!(
            office.opens_after(friday),
            Some(datetime(2026, 11, 30, 8, 0, 0, 0))
        );
    }

    #[test]
    fn mistakes_are_placed() {
        for (text, part) in [
            ("MON-FRO 08:00-18:00", "FRO"),
            ("08:00-25:00", "25:00"),
            ("8:00-18:00", "8:00"),
            ("08:00", "08:00"),
            ("08:00-08:00", "08:00-08:00"),
        ] {
            let problem = text.parse::<Window>().unwrap_err();
            let place = problem.place.unwrap();
            assert_eq!(&text[place.start..place.end], part, "{text}");
        }
        let text = "2026-12-24..2026-13-01";
        let problem = text.parse::<Blackout>().unwrap_err();
        assert_eq!(problem.value.as_deref(), Some("2026-13-01"));
        assert!("2026-12-25..2026-12-24".parse::<Blackout>().is_err());
    }

    #[test]
    fn an_end_is_a_day_or_an_instant() {
        assert!(matches!("2026-12-01".parse(), Ok(Bound::Day(_))));
        assert!(matches!(
            "2026-12-01T09:00:00+01:00".parse(),
            Ok(Bound::At(_))
        ));
        assert!("soon".parse::<Bound>().is_err());
        assert!(
            "2026-12-01T09:00".parse::<Bound>().is_err(),
            "no zone is named"
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,30}") {
            text.parse::<Window>().ok();
            text.parse::<Blackout>().ok();
            text.parse::<Bound>().ok();
        }

        #[test]
        fn a_window_survives_its_text(days in 1..128_u8, from in 0..1440_u16, long in 1..1440_u16) {
            let one = Window { days, from, to: (from + long) % DAY };
            prop_assert_eq!(window(&one.to_string()), one);
        }
    }
}
