//! Triggers, notes, reasons and warnings in words.

use jiff::{Timestamp, civil::DateTime};

use super::{
    super::{AfterScope, Clash, DstNote, EndedAs, Fix, When},
    table::{Words, fill, sentence},
};
use crate::Span;

impl Words {
    /// The trigger as a sentence without a full stop; a single moment is told in UTC, and says so.
    #[must_use]
    pub fn when(&self, when: &When) -> String {
        let told = self.when_in(when, utc);
        match when {
            When::At(_) => format!("{told} UTC"),
            _ => told,
        }
    }

    /// The same where the zone stands beside it: a single moment is told as `clock` shows it there.
    #[must_use]
    pub fn when_in(&self, when: &When, clock_of: impl FnOnce(Timestamp) -> DateTime) -> String {
        match when {
            When::Cron(rule) => self.cron(rule),
            When::Every { step, .. } => {
                sentence(&fill(self.every_span, &[("span", &self.span(*step))]))
            }
            When::At(at) => {
                let local = clock_of(*at);
                let values = [("date", &*self.date_of(local)), ("time", &*clock(local))];
                sentence(&fill(self.once, &values))
            }
            When::After { task, on, scope } => {
                let after = match on {
                    EndedAs::Succeeded => self.after[0],
                    EndedAs::Failed => self.after[1],
                    EndedAs::Any => self.after[2],
                };
                let scope = match scope {
                    AfterScope::SameProfile => self.scope[0],
                    AfterScope::Batch => self.scope[1],
                    AfterScope::Any => self.scope[2],
                };
                let after = fill(after, &[("task", &format!("`{task}`"))]);
                sentence(&format!("{after}, {scope}"))
            }
        }
    }

    /// What the clocks do to a time, as a whole sentence.
    #[must_use]
    pub fn note(&self, note: DstNote, local: DateTime) -> String {
        let time = self.moment(local);
        match note {
            DstNote::Moved { asked, runs } => fill(
                self.moved,
                &[("asked", &self.moment(asked)), ("runs", &clock(runs))],
            ),
            DstNote::FirstOfTwo => fill(self.first_of_two, &[("time", &time)]),
            DstNote::FirstPass => fill(self.first_pass, &[("time", &time)]),
            DstNote::SecondPass => fill(self.second_pass, &[("time", &time)]),
            DstNote::Missing { first, last } if first == last => {
                fill(self.missing, &[("time", &self.moment(first))])
            }
            DstNote::Missing { first, last } => fill(
                self.missing_range,
                &[("first", &self.moment(first)), ("last", &self.moment(last))],
            ),
        }
    }

    /// What gets in the way; `local` is the clock of the operator then.
    #[must_use]
    pub fn clash(&self, clash: &Clash, local: DateTime) -> String {
        let text = match clash {
            Clash::SameProfile { profile, schedules } => {
                let count = schedules.len().to_string();
                let profile = format!("`{profile}`");
                let time = self.moment(local);
                let values = [("n", &*count), ("profile", &*profile), ("time", &*time)];
                fill(self.same_profile, &values)
            }
            Clash::TooManyStarts { starts, slots } => fill(
                self.too_many,
                &[("n", &starts.to_string()), ("slots", &slots.to_string())],
            ),
            Clash::RemovedByClock { local, .. } => {
                fill(self.removed, &[("time", &self.moment(*local))])
            }
        };
        sentence(&text)
    }

    /// The label of the button that mends a clash.
    #[must_use]
    pub fn fix(&self, fix: &Fix) -> String {
        match fix {
            Fix::Jitter { jitter, .. } => fill(self.fix_jitter, &[("span", &jitter.to_string())]),
            Fix::Spread { spread, .. } => fill(self.fix_spread, &[("span", &spread.to_string())]),
            Fix::Cron { cron, .. } => fill(self.fix_cron, &[("cron", &format!("`{cron}`"))]),
            Fix::Rules { rules } => fill(self.fix_rules, &[("n", &rules.len().to_string())]),
        }
    }

    /// How many times were missed; both ends in the operator's clock.
    #[must_use]
    pub fn missed(&self, count: u32, first: DateTime, last: DateTime) -> String {
        let from = self.moment(first);
        if count == 1 {
            return fill(self.missed_one, &[("first", &from)]);
        }
        let to = if first.date() == last.date() {
            clock(last)
        } else {
            self.moment(last)
        };
        let values = [
            ("n", &*count.to_string()),
            ("first", &*from),
            ("last", &*to),
        ];
        fill(self.missed_many, &values)
    }

    /// A length of time: `15 minutes`, `hour`.
    fn span(&self, span: Span) -> String {
        const LENGTHS: [u128; 5] = [86_400_000, 3_600_000, 60_000, 1_000, 1];
        let ms = span.duration().as_millis();
        let index = LENGTHS
            .iter()
            .position(|length| ms.is_multiple_of(*length))
            .unwrap_or(4);
        let (one, many) = self.units[index];
        match ms / LENGTHS[index] {
            1 => one.to_owned(),
            count => fill(many, &[("n", &count.to_string())]),
        }
    }

    /// `29 Mar 02:30`.
    fn moment(&self, local: DateTime) -> String {
        let month = self.month_name(local);
        let short: String = month.chars().take(3).collect();
        let day = local.day().to_string();
        let date = fill(self.date, &[("day", &day), ("month", &short)]);
        format!("{date} {}", clock(local))
    }

    /// `1 December 2026`.
    fn date_of(&self, local: DateTime) -> String {
        let day = local.day().to_string();
        let date = fill(
            self.date,
            &[("day", &day), ("month", self.month_name(local))],
        );
        format!("{date} {}", local.year())
    }

    fn month_name(&self, local: DateTime) -> &'static str {
        let index = usize::try_from(local.month() - 1).expect("BUG: months begin at 1");
        self.months[index]
    }
}

fn clock(local: DateTime) -> String {
    if local.second() == 0 {
        format!("{:02}:{:02}", local.hour(), local.minute())
    } else {
        format!(
            "{:02}:{:02}:{:02}",
            local.hour(),
            local.minute(),
            local.second()
        )
    }
}

fn utc(at: Timestamp) -> DateTime {
    jiff::tz::Offset::UTC.to_datetime(at)
}
