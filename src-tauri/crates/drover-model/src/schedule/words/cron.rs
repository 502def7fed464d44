//! A cron rule in words. They are made from what the rule names, not from how it is written,
//! so `0,15,30,45 * * * *` and `*/15 * * * *` read the same.

use super::{
    super::cron::{Cron, Join, MonthDays, Weekdays},
    table::{Words, fill, list, sentence},
};

/// More times of a day than these are told by rule, not one by one.
const LISTED: u32 = 8;

impl Words {
    /// The rule as a sentence without a full stop.
    #[must_use]
    pub fn cron(&self, rule: &Cron) -> String {
        let days = self.days(rule);
        let months = self.months_of(rule);
        let starts =
            rule.seconds.count_ones() * rule.minutes.count_ones() * rule.hours.count_ones();
        let mut text = if starts <= LISTED && !has_steps(rule) {
            let days = days.unwrap_or_else(|| self.every_day.to_owned());
            let times = fill(self.at_time, &[("list", &self.times(rule))]);
            format!("{days} {times}")
        } else {
            let times = self.intervals(rule);
            match days {
                Some(days) => format!("{times}, {days}"),
                None => times,
            }
        };
        text = text.trim_end_matches(',').to_owned();
        if let Some(months) = months {
            text = format!("{text}, {months}");
        }
        sentence(&text)
    }

    /// `09:00 and 17:00`.
    fn times(&self, rule: &Cron) -> String {
        let mut times = Vec::new();
        for hour in ones(rule.hours.into()) {
            for minute in ones(rule.minutes) {
                for second in ones(rule.seconds) {
                    times.push(if rule.seconds == 1 {
                        format!("{hour:02}:{minute:02}")
                    } else {
                        format!("{hour:02}:{minute:02}:{second:02}")
                    });
                }
            }
        }
        list(&times, self.and)
    }

    /// `every 15 minutes between 09:00 and 17:59`.
    fn intervals(&self, rule: &Cron) -> String {
        let hours = u64::from(rule.hours);
        let whole_hours = rule.minutes == 1 && rule.seconds == 1;
        if whole_hours {
            if rule.hours == ALL_HOURS {
                return self.every_hour.to_owned();
            }
            if let Some((0, step)) = evenly(hours, 24) {
                return fill(self.every_hours, &[("n", &step.to_string())]);
            }
        }
        let mut parts = Vec::new();
        if rule.seconds != 1 {
            parts.push(self.unit(
                rule.seconds,
                self.every_second,
                self.every_seconds,
                self.seconds_from,
                self.at_second,
            ));
        }
        // "Every second of every minute" is every second.
        if rule.minutes != ALL_MINUTES || rule.seconds == 1 {
            parts.push(self.unit(
                rule.minutes,
                self.every_minute,
                self.every_minutes,
                self.minutes_from,
                self.at_minute,
            ));
        }
        let text = parts.join(", ");
        match self.hours_of(rule) {
            Some(hours) => format!("{text} {hours}"),
            None => text,
        }
    }

    /// Seconds or minutes.
    fn unit(&self, mask: u64, every: &str, steps: &str, from: &str, list: &str) -> String {
        if mask == ALL_MINUTES {
            return every.to_owned();
        }
        match evenly(mask, 60) {
            Some((0, step)) if 60 % step == 0 => fill(steps, &[("n", &step.to_string())]),
            Some((first, step)) if mask.count_ones() > 2 => fill(
                from,
                &[("n", &step.to_string()), ("from", &first.to_string())],
            ),
            _ => fill(list, &[("list", &self.numbers(mask))]),
        }
    }

    fn hours_of(&self, rule: &Cron) -> Option<String> {
        let hours = u64::from(rule.hours);
        if rule.hours == ALL_HOURS {
            return None;
        }
        if let Some((first, last)) = range(hours) {
            // The last minute in which it can start.
            let minute = if rule.minutes == ALL_MINUTES {
                59
            } else {
                rule.minutes.ilog2()
            };
            let first_minute = rule.minutes.trailing_zeros();
            let from = format!("{first:02}:{first_minute:02}");
            let to = format!("{last:02}:{minute:02}");
            return Some(fill(self.between, &[("from", &from), ("to", &to)]));
        }
        if let Some((first, step)) = evenly(hours, 24)
            && hours.count_ones() > 3
        {
            let from = format!("{first:02}:00");
            return Some(fill(
                self.in_every_hours,
                &[("n", &step.to_string()), ("from", &from)],
            ));
        }
        Some(fill(self.in_hours, &[("list", &self.numbers(hours))]))
    }

    fn numbers(&self, mask: u64) -> String {
        let numbers: Vec<String> = ones(mask).map(|number| number.to_string()).collect();
        list(&numbers, self.and)
    }

    /// Nothing when every day counts.
    fn days(&self, rule: &Cron) -> Option<String> {
        let days = (!is_every_day(rule.days)).then(|| self.month_days(rule.days));
        let weekdays = (!is_every_weekday(rule.weekdays)).then(|| self.week(rule.weekdays));
        match (days, weekdays, rule.join) {
            // With "either", a field that names every day makes the other one meaningless.
            (None, None, _) | (None, Some(_), Join::Either) | (Some(_), None, Join::Either) => None,
            (Some(days), None, _) => Some(days),
            (None, Some(weekdays), _) => Some(weekdays),
            (Some(days), Some(weekdays), Join::Either) => Some(fill(
                self.either,
                &[("days", &days), ("weekdays", &weekdays)],
            )),
            (Some(days), Some(weekdays), Join::Star | Join::Both) => {
                let plain = rule.weekdays.last == 0 && rule.weekdays.nth == [0; 7];
                if plain {
                    let names = list(&self.weekday_names(rule.weekdays.mask), self.or);
                    Some(fill(self.if_weekday, &[("days", &days), ("list", &names)]))
                } else {
                    Some(fill(self.both, &[("days", &days), ("weekdays", &weekdays)]))
                }
            }
        }
    }

    fn month_days(&self, days: MonthDays) -> String {
        let mut parts = Vec::new();
        let mask = u64::from(days.mask);
        let day = |number: u32| (self.ordinal)(number.into());
        if let Some((first, last)) = range(mask).filter(|(first, last)| first + 1 < *last) {
            parts.push(fill(
                self.day_range,
                &[("from", &day(first)), ("to", &day(last))],
            ));
        } else if let Some((first, step)) = evenly(mask, 32).filter(|_| mask.count_ones() > 4) {
            parts.push(fill(
                self.every_days,
                &[("n", &step.to_string()), ("from", &day(first))],
            ));
        } else if mask != 0 {
            let named: Vec<String> = ones(mask).map(day).collect();
            parts.push(fill(self.on_days, &[("list", &list(&named, self.and))]));
        }
        if days.nearest != 0 {
            let named: Vec<String> = ones(days.nearest.into()).map(day).collect();
            parts.push(fill(self.nearest, &[("list", &list(&named, self.and))]));
        }
        if days.last {
            parts.push(self.last_day.to_owned());
        }
        if days.last_working {
            parts.push(self.last_working.to_owned());
        }
        list(&parts, self.and)
    }

    fn week(&self, days: Weekdays) -> String {
        let mut parts = Vec::new();
        match days.mask {
            0 => {}
            0b011_1110 => parts.push(self.every_weekday.to_owned()),
            0b100_0001 => parts.push(self.every_weekend.to_owned()),
            mask => {
                let names = list(&self.weekday_names(mask), self.and);
                parts.push(fill(self.on_weekdays, &[("list", &names)]));
            }
        }
        for (name, nth) in self.weekdays.iter().zip(days.nth) {
            for index in ones(nth.into()) {
                let nth = self.nth[usize::try_from(index).expect("BUG: below five")];
                parts.push(fill(self.nth_weekday, &[("nth", nth), ("day", name)]));
            }
        }
        for (index, name) in self.weekdays.iter().enumerate() {
            if days.last >> index & 1 == 1 {
                parts.push(fill(self.last_weekday, &[("day", name)]));
            }
        }
        list(&parts, self.and)
    }

    /// Monday first, Sunday last.
    fn weekday_names(&self, mask: u8) -> Vec<String> {
        [1, 2, 3, 4, 5, 6, 0]
            .into_iter()
            .filter(|day| mask >> day & 1 == 1)
            .map(|day: usize| self.weekdays[day].to_owned())
            .collect()
    }

    fn months_of(&self, rule: &Cron) -> Option<String> {
        let mask = u64::from(rule.months) >> 1;
        if mask == 0xfff {
            return None;
        }
        let name = |month: u32| self.months[usize::try_from(month).expect("BUG: below twelve")];
        if let Some((first, last)) = range(mask).filter(|(first, last)| first + 1 < *last) {
            return Some(fill(
                self.month_range,
                &[("from", name(first)), ("to", name(last))],
            ));
        }
        let names: Vec<String> = ones(mask).map(|month| name(month).to_owned()).collect();
        Some(fill(self.in_months, &[("list", &list(&names, self.and))]))
    }
}

const ALL_MINUTES: u64 = (1 << 60) - 1;
const ALL_HOURS: u32 = (1 << 24) - 1;

/// Few starts that are better told as steps: every six hours.
fn has_steps(rule: &Cron) -> bool {
    let hours = u64::from(rule.hours);
    rule.hours == ALL_HOURS
        || hours.count_ones() > 2 && evenly(hours, 24).is_some_and(|(from, _)| from == 0)
}

fn is_every_day(days: MonthDays) -> bool {
    days.mask == 0xffff_fffe
}

fn is_every_weekday(days: Weekdays) -> bool {
    days.mask == 0b111_1111
}

/// The bits that are set, from the lowest.
fn ones(mask: u64) -> impl Iterator<Item = u32> {
    (0..64).filter(move |bit| mask >> bit & 1 == 1)
}

/// First and last of bits without a hole between them, two at least.
fn range(mask: u64) -> Option<(u32, u32)> {
    if mask.count_ones() < 2 {
        return None;
    }
    let first = mask.trailing_zeros();
    let last = mask.ilog2();
    (mask.count_ones() == last - first + 1).then_some((first, last))
}

/// First and step of bits that are equally far apart up to `end`, two at least and no
/// neighbours.
fn evenly(mask: u64, end: u32) -> Option<(u32, u32)> {
    if mask.count_ones() < 2 {
        return None;
    }
    let first = mask.trailing_zeros();
    let step = (mask & (mask - 1)).trailing_zeros() - first;
    let steps = (first..end).step_by(usize::try_from(step).ok()?);
    let even = steps.fold(0_u64, |bits, bit| bits | 1 << bit);
    (step > 1 && even == mask).then_some((first, step))
}
