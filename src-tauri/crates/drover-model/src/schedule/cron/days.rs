//! Which days a rule names.

use jiff::{civil::Date, civil::date};

use super::{Cron, Join, MonthDays, Weekdays};

/// Within 28 years of one century every pair of a date and a weekday comes.
const CYCLE: (Date, Date) = (date(2000, 1, 1), date(2027, 12, 31));

impl Cron {
    /// Whether it names that day.
    #[must_use]
    pub fn matches_day(&self, day: Date) -> bool {
        if self.months >> day.month() & 1 == 0 {
            return false;
        }
        let weekday = day.weekday().to_sunday_zero_offset();
        match self.join {
            Join::Star | Join::Both => {
                self.days.matches(day, weekday) && self.weekdays.matches(day, weekday)
            }
            Join::Either => self.days.matches(day, weekday) || self.weekdays.matches(day, weekday),
        }
    }

    /// The first day from `from` to `to`, both included, that it names.
    #[must_use]
    pub fn next_day(&self, from: Date, to: Date) -> Option<Date> {
        let mut day = from;
        while day <= to {
            if self.matches_day(day) {
                return Some(day);
            }
            day = if self.months >> day.month() & 1 == 0 {
                day.last_of_month().tomorrow().ok()?
            } else {
                day.tomorrow().ok()?
            };
        }
        None
    }

    pub(super) fn fires_ever(&self) -> bool {
        self.next_day(CYCLE.0, CYCLE.1).is_some()
    }
}

impl MonthDays {
    fn matches(self, day: Date, weekday: i8) -> bool {
        let number = day.day();
        let last = day.days_in_month();
        self.mask >> number & 1 == 1
            || self.last && number == last
            || self.last_working
                && number == nearest_working(last, last, weekday_of(day, last, weekday))
            || self.nearest != 0 && self.is_nearest(day, weekday)
    }

    fn is_nearest(self, day: Date, weekday: i8) -> bool {
        let last = day.days_in_month();
        // A `W` moves by two days at most.
        (day.day() - 2..=day.day() + 2)
            .filter(|wanted| (1..=last).contains(wanted) && self.nearest >> *wanted & 1 == 1)
            .any(|wanted| {
                nearest_working(wanted, last, weekday_of(day, wanted, weekday)) == day.day()
            })
    }
}

/// The weekday of another day of the same month.
fn weekday_of(day: Date, number: i8, weekday: i8) -> i8 {
    (weekday + number - day.day()).rem_euclid(7)
}

/// The day from Monday to Friday that is nearest to a day, without leaving the month.
const fn nearest_working(number: i8, last: i8, weekday: i8) -> i8 {
    match weekday {
        6 if number == 1 => 3,
        6 => number - 1,
        0 if number == last => number - 2,
        0 => number + 1,
        _ => number,
    }
}

impl Weekdays {
    fn matches(self, day: Date, weekday: i8) -> bool {
        let number = day.day();
        let index = usize::try_from(weekday).expect("BUG: a weekday is 0 to 6");
        self.mask >> weekday & 1 == 1
            || self.last >> weekday & 1 == 1 && number + 7 > day.days_in_month()
            || self.nth[index] >> ((number - 1) / 7) & 1 == 1
    }
}
