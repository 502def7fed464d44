//! All instants of one schedule: its trigger in its zone, within its bounds and windows.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

use drover_model::{
    Span,
    schedule::{Blackout, Bound, Cron, Problem, Problems, ScheduleSpec, When, Window},
};

use super::{
    Zones,
    cron_slots::CronSlots,
    hash::share,
    slot::{Slot, SlotKind},
};

/// How many times in a row windows and days may close before a named time before the search
/// ends. A daily rule meets a window that fits within a year, or never.
const CLOSED: u32 = 5_000;
/// How many named times are passed by one by one while it is closed, before the search starts
/// anew where it opens. A new search costs about as much.
const PASSED: u32 = 32;

/// A schedule that is ready to be asked for its times.
#[derive(Debug, Clone)]
pub struct Timetable {
    trigger: Trigger,
    zone: TimeZone,
    /// Nothing before it.
    from: Option<Timestamp>,
    /// Nothing at or after it.
    end: Option<Timestamp>,
    windows: Vec<Window>,
    blackouts: Vec<Blackout>,
    jitter: Duration,
    seed: String,
}

#[derive(Debug, Clone)]
enum Trigger {
    Cron(Cron),
    Every {
        anchor: Timestamp,
        step: SignedDuration,
    },
    At(Timestamp),
    /// It follows another task and has no times of its own.
    Follow,
}

impl Timetable {
    /// The times of a schedule that was made at `created`. `seed` is the schedule's id: it
    /// decides the jitter.
    pub fn new(
        spec: &ScheduleSpec,
        zones: &Zones,
        created: Timestamp,
        seed: impl Into<String>,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let named = spec.zone.as_deref();
        let needs_zone = matches!(spec.when, When::Cron(_))
            || !spec.windows.is_empty()
            || !spec.blackouts.is_empty()
            || matches!(spec.from, Some(Bound::Day(_)))
            || matches!(spec.until, Some(Bound::Day(_)));
        if named.is_none() && needs_zone {
            let message = "a time zone is needed, such as `Europe/Berlin`";
            problems.add(Problem::new("when.tz", message));
        }
        let zone = named.map(|name| problems.take(zones.get(name)));
        problems.finish()?;
        let zone = zone.flatten().unwrap_or(TimeZone::UTC);
        let trigger = match &spec.when {
            When::Cron(rule) => Trigger::Cron(rule.clone()),
            When::Every { step, anchor } => Trigger::Every {
                anchor: whole_ms(anchor.unwrap_or(created)),
                step: SignedDuration::try_from(step.duration())
                    .expect("BUG: a span is 30 days at most"),
            },
            When::At(at) => Trigger::At(*at),
            When::After { .. } => Trigger::Follow,
        };
        let from = spec.from.map(|bound| match bound {
            Bound::Day(day) => zone.to_timestamp(day.at(0, 0, 0, 0)),
            Bound::At(at) => Ok(at),
        });
        let end = spec.until.map(|bound| match bound {
            Bound::Day(day) => day
                .tomorrow()
                .and_then(|day| zone.to_timestamp(day.at(0, 0, 0, 0))),
            // The instant itself is included, and times are whole milliseconds.
            Bound::At(at) => at.checked_add(SignedDuration::from_millis(1)),
        });
        let far = |field: &'static str| {
            move |_: jiff::Error| {
                Problems::from(Problem::new(field, "lies outside of the years 0 to 9999"))
            }
        };
        let from = from.transpose().map_err(far("from"))?;
        let end = end.transpose().map_err(far("until"))?;
        if let (Some(from), Some(end)) = (from, end)
            && from >= end
        {
            return Err(Problem::new("until", "ends before it begins").into());
        }
        Ok(Self {
            trigger,
            zone,
            from,
            end,
            windows: spec.windows.clone(),
            blackouts: spec.blackouts.clone(),
            jitter: spec.jitter.map_or(Duration::ZERO, Span::duration),
            seed: seed.into(),
        })
    }

    /// Refuses a schedule that has no time after `now`. One that follows a task has none and
    /// is fine.
    pub fn check_coming(&self, now: Timestamp) -> Result<(), Problem> {
        if matches!(self.trigger, Trigger::Follow) || self.next_after(now).is_some() {
            return Ok(());
        }
        Err(match &self.trigger {
            Trigger::At(at) if *at <= now => {
                Problem::new("when.at", format!("`{at}` has passed")).value(at.to_string())
            }
            _ => Problem::new(
                "when",
                "this schedule can never start: its times, its days and its windows have no moment in common",
            ),
        })
    }

    /// The zone of its rule.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The rule, when it is one.
    pub(super) const fn rule(&self) -> Option<&Cron> {
        match &self.trigger {
            Trigger::Cron(rule) => Some(rule),
            _ => None,
        }
    }

    /// The slots after an instant, in order.
    #[must_use]
    pub fn slots_after(&self, after: Timestamp) -> Slots<'_> {
        self.slots_from(after, None)
    }

    /// The slots after an instant, without those of a time of day whose local time is
    /// `done` or earlier: they had their run, perhaps under other rules of the zone.
    #[must_use]
    pub fn slots_from(&self, after: Timestamp, done: Option<DateTime>) -> Slots<'_> {
        let before = self
            .from
            .and_then(|from| from.checked_sub(SignedDuration::from_nanos(1)).ok());
        let after = before.map_or(after, |before| after.max(before));
        Slots {
            table: self,
            done,
            source: self.source(after, done),
        }
    }

    fn source(&self, after: Timestamp, done: Option<DateTime>) -> Source<'_> {
        match &self.trigger {
            Trigger::Cron(rule) => {
                Source::Cron(Box::new(CronSlots::after(rule, &self.zone, after, done)))
            }
            Trigger::Every { anchor, step } => Source::Every {
                next: next_step(*anchor, *step, after),
                step: *step,
            },
            Trigger::At(at) => Source::At(Some(*at).filter(|at| *at > after)),
            Trigger::Follow => Source::At(None),
        }
    }

    /// The first slot after an instant.
    #[must_use]
    pub fn next_after(&self, after: Timestamp) -> Option<Slot> {
        self.slots_after(after).next()
    }

    /// The last slot before an instant, no longer ago than a hundred years.
    #[must_use]
    pub fn last_before(&self, before: Timestamp) -> Option<Slot> {
        let next = |after| self.next_after(after).filter(|slot| slot.at < before);
        let most = SignedDuration::from_hours(24 * 366 * 100);
        let mut back = SignedDuration::from_mins(2);
        let mut last = loop {
            let after = before.checked_sub(back).unwrap_or(Timestamp::MIN);
            match next(after) {
                Some(slot) => break slot,
                None if back >= most || after == Timestamp::MIN => return None,
                None => back = back.saturating_mul(16),
            }
        };
        // Something is at `last`, and nothing between `empty` and `before`.
        let mut empty = before;
        while empty.duration_since(last.at) > SignedDuration::from_millis(1) {
            let middle = last.at + empty.duration_since(last.at) / 2;
            match next(middle) {
                Some(slot) => last = slot,
                None => empty = middle,
            }
        }
        // A start may share its instant with times that do not exist.
        self.slots_after(last.at - SignedDuration::from_nanos(1))
            .take_while(|slot| slot.at == last.at)
            .last()
    }

    /// When the start of a nominal time may happen: always the same for the same time.
    #[must_use]
    pub fn not_before(&self, at: Timestamp) -> Timestamp {
        at.saturating_add(share(&self.seed, at, self.jitter))
            .unwrap_or(at)
    }

    /// A part of `most` that is always the same for the same time, for spreading starts.
    pub(super) fn share(&self, at: Timestamp, most: Duration) -> Duration {
        share(&self.seed, at, most)
    }

    /// The same with another jitter.
    pub(super) fn with_jitter(&self, jitter: Span) -> Self {
        Self {
            jitter: jitter.duration(),
            ..self.clone()
        }
    }

    /// The same by another rule.
    pub(super) fn with_rule(&self, rule: Cron) -> Self {
        Self {
            trigger: Trigger::Cron(rule),
            ..self.clone()
        }
    }

    /// Whether a moment lies between its start and its end date.
    #[must_use]
    pub fn is_within(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.end.is_none_or(|end| at < end)
    }

    /// Whether a run may start at that moment, as far as windows and days say.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.admits(self.zone.to_datetime(at)).is_ok()
    }

    /// When a run that has to wait for a window may start, no earlier than `at`.
    #[must_use]
    pub fn opens_at(&self, at: Timestamp) -> Option<Timestamp> {
        let mut local = self.zone.to_datetime(at);
        if self.admits(local).is_ok() {
            return Some(at);
        }
        for _ in 0..CLOSED {
            match self.admits(local) {
                Ok(()) => return self.zone.to_timestamp(local).ok().map(|open| open.max(at)),
                Err(again) => local = again?,
            }
        }
        None
    }

    /// Whether a local time is in a window and on no day left out; if not, the earliest later
    /// local time that may be.
    fn admits(&self, local: DateTime) -> Result<(), Option<DateTime>> {
        if let Some(blackout) = self.blackouts.iter().find(|days| days.holds(local.date())) {
            let after = blackout.last.tomorrow().ok();
            return Err(after.map(|day| day.at(0, 0, 0, 0)));
        }
        if self.windows.is_empty() || self.windows.iter().any(|window| window.holds(local)) {
            return Ok(());
        }
        Err(self
            .windows
            .iter()
            .filter_map(|window| window.opens_after(local))
            .min())
    }

    fn has_filter(&self) -> bool {
        !self.windows.is_empty() || !self.blackouts.is_empty()
    }
}

/// The slots of a schedule, in order.
pub struct Slots<'a> {
    table: &'a Timetable,
    done: Option<DateTime>,
    source: Source<'a>,
}

enum Source<'a> {
    Cron(Box<CronSlots<'a>>),
    Every {
        next: Option<Timestamp>,
        step: SignedDuration,
    },
    At(Option<Timestamp>),
}

impl Source<'_> {
    fn next(&mut self) -> Option<Slot> {
        match self {
            Self::Cron(slots) => slots.next(),
            Self::Every { next, step } => {
                let at = (*next)?;
                *next = at.checked_add(*step).ok();
                Some(Slot::start(at))
            }
            Self::At(at) => at.take().map(Slot::start),
        }
    }
}

impl Iterator for Slots<'_> {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        let mut closed = 0;
        let mut passed = 0;
        let mut opens = Timestamp::MIN;
        while closed < CLOSED {
            let slot = self.source.next()?;
            if self.table.end.is_some_and(|end| slot.at >= end) {
                return None;
            }
            if !self.table.has_filter() {
                return Some(slot);
            }
            if slot.at < opens {
                passed += 1;
                if passed == PASSED {
                    let before = opens.checked_sub(SignedDuration::from_nanos(1)).ok()?;
                    self.source = self.table.source(before, self.done);
                }
                continue;
            }
            let local = match slot.kind {
                SlotKind::Start { .. } => self.table.zone.to_datetime(slot.at),
                SlotKind::Missing { first, .. } => first,
            };
            match self.table.admits(local) {
                Ok(()) => return Some(slot),
                Err(again) => {
                    // Nothing before that can be admitted.
                    opens = self.table.zone.to_timestamp(again?).ok()?;
                    passed = 0;
                    closed += 1;
                }
            }
        }
        None
    }
}

/// The first time after `after` that is a whole number of steps from the anchor, and not
/// before it.
fn next_step(anchor: Timestamp, step: SignedDuration, after: Timestamp) -> Option<Timestamp> {
    if after < anchor {
        return Some(anchor);
    }
    let passed = after.duration_since(anchor).as_nanos();
    let steps = passed / step.as_nanos() + 1;
    let ahead = SignedDuration::from_nanos_i128(steps.checked_mul(step.as_nanos())?);
    anchor.checked_add(ahead).ok()
}

/// The instant without what is smaller than a millisecond.
fn whole_ms(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
