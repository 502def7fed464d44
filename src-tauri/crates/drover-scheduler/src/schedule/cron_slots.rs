//! The instants of a cron rule in a zone.
//!
//! A zone is a row of stretches with one offset each. Within a stretch a local time is an
//! instant; between two of them the local clock jumps, and there the two kinds of rules
//! differ: an interval follows the clock as it runs, so what is jumped over does not happen
//! and what comes twice happens twice. A time of day happens once a day: what is jumped over
//! happens right after the jump, and what comes twice happens the first time.

use std::collections::VecDeque;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

use drover_model::schedule::{Cron, DstNote};

use super::{
    civil::next_local,
    slot::{Slot, SlotKind},
};

/// A longer gap is a day that does not exist rather than a change of the clocks; the figure
/// follows Vixie cron.
pub(super) const LONGEST_GAP: SignedDuration = SignedDuration::from_hours(3);
/// How far ahead is looked. Leap days with a weekday are at most 40 years apart.
const HORIZON_YEARS: i64 = 100;
/// How far back a stretch may have begun whose local times come again.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(48);

/// The slots of a rule, in order.
pub(super) struct CronSlots<'a> {
    rule: &'a Cron,
    zone: &'a TimeZone,
    /// The next local time to look at.
    cursor: DateTime,
    /// The next local time that the rule names, once it is known; never before `cursor`.
    found: Option<DateTime>,
    offset: Offset,
    /// Where the stretch ends, the offset after that, and both local times of that instant.
    end: Option<End>,
    /// Local times before this one have had their first pass.
    passed: DateTime,
    /// The last day that is looked at.
    last_day: Date,
    /// Found at a jump, and not yet handed out.
    waiting: VecDeque<Slot>,
    /// The last start, which two local times around a gap may share.
    last_start: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy)]
struct End {
    at: Timestamp,
    offset: Offset,
    before: DateTime,
    after: DateTime,
}

impl<'a> CronSlots<'a> {
    /// The slots after an instant. A fixed-time rule also leaves out the local times up to
    /// `done`, which had their run under whatever the zone said then.
    pub(super) fn after(
        rule: &'a Cron,
        zone: &'a TimeZone,
        after: Timestamp,
        done: Option<DateTime>,
    ) -> Self {
        let offset = zone.to_offset(after);
        let local = offset.to_datetime(after);
        let whole = local - SignedDuration::from_nanos(local.subsec_nanosecond().into());
        let mut cursor = whole.saturating_add(SignedDuration::from_secs(1));
        let passed = passed_before(zone, after).unwrap_or(DateTime::MIN);
        if rule.is_fixed() {
            cursor = cursor.max(passed);
            if let Some(done) = done {
                cursor = cursor.max(done.saturating_add(SignedDuration::from_secs(1)));
            }
        }
        let year = i64::from(cursor.year()) + HORIZON_YEARS;
        let last_day = i16::try_from(year)
            .ok()
            .and_then(|year| Date::new(year, 12, 31).ok())
            .unwrap_or(Date::MAX);
        Self {
            rule,
            zone,
            cursor,
            found: None,
            offset,
            end: end_after(zone, after, offset),
            passed,
            last_day,
            waiting: VecDeque::new(),
            last_start: None,
        }
    }

    /// The next named local time, which need not be in this stretch.
    fn upcoming(&mut self) -> Option<DateTime> {
        if self.found.is_none_or(|found| found < self.cursor) {
            self.found = Some(next_local(self.rule, self.cursor, self.last_day)?);
        }
        self.found
    }

    fn start(&mut self, local: DateTime) -> Option<Slot> {
        let at = self.offset.to_timestamp(local).ok()?;
        if self.last_start == Some(at) {
            return None;
        }
        self.last_start = Some(at);
        let note = if local < self.passed {
            Some(DstNote::SecondPass)
        } else if self.end.is_some_and(|end| local >= end.after) {
            Some(if self.rule.is_fixed() {
                DstNote::FirstOfTwo
            } else {
                DstNote::FirstPass
            })
        } else {
            None
        };
        Some(Slot {
            at,
            local: Some(local),
            kind: SlotKind::Start { note },
        })
    }

    /// Goes on to the next stretch.
    fn cross(&mut self, end: End) {
        if end.after > end.before {
            if self.rule.is_fixed() {
                self.gap(end);
            }
            self.cursor = self.cursor.max(end.after);
        } else if !self.rule.is_fixed() {
            self.cursor = end.after;
            self.found = None;
        }
        self.passed = self.passed.max(end.before);
        if self.rule.is_fixed() {
            self.cursor = self.cursor.max(self.passed);
        }
        self.offset = end.offset;
        self.end = end_after(self.zone, end.at, end.offset);
    }

    /// The local times that a jump leaves out.
    fn gap(&mut self, end: End) {
        let mut asked: Option<(DateTime, DateTime, u32)> = None;
        while let Some(local) = self.upcoming().filter(|local| *local < end.after) {
            asked = Some(asked.map_or((local, local, 1), |(first, _, count)| {
                (first, local, count + 1)
            }));
            self.cursor = local.saturating_add(SignedDuration::from_secs(1));
        }
        let Some((first, last, count)) = asked else {
            return;
        };
        let kind = if end.after.duration_since(end.before) > LONGEST_GAP {
            SlotKind::Missing { count, first, last }
        } else {
            self.last_start = Some(end.at);
            let note = DstNote::Moved {
                asked: first,
                runs: end.after,
            };
            SlotKind::Start { note: Some(note) }
        };
        self.waiting.push_back(Slot {
            at: end.at,
            // All of them are done with this slot.
            local: Some(last),
            kind,
        });
    }
}

impl Iterator for CronSlots<'_> {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        loop {
            if let Some(slot) = self.waiting.pop_front() {
                return Some(slot);
            }
            let local = self.upcoming()?;
            match self.end {
                Some(end) if local >= end.before => self.cross(end),
                _ => {
                    self.cursor = local.saturating_add(SignedDuration::from_secs(1));
                    if let Some(slot) = self.start(local) {
                        return Some(slot);
                    }
                }
            }
        }
    }
}

fn end_after(zone: &TimeZone, after: Timestamp, offset: Offset) -> Option<End> {
    let next = zone.following(after).next()?;
    let (at, new) = (next.timestamp(), next.offset());
    Some(End {
        at,
        offset: new,
        before: offset.to_datetime(at),
        after: new.to_datetime(at),
    })
}

/// The latest local time that had passed once before `after`, where clocks were put back.
fn passed_before(zone: &TimeZone, after: Timestamp) -> Option<DateTime> {
    let next = after.checked_add(SignedDuration::from_nanos(1)).ok()?;
    let earliest = after.checked_sub(LOOK_BACK).ok()?;
    zone.preceding(next)
        .map(|transition| transition.timestamp())
        .take_while(|at| *at >= earliest)
        .filter_map(|at| {
            let before = at.checked_sub(SignedDuration::from_nanos(1)).ok()?;
            Some(zone.to_offset(before).to_datetime(at))
        })
        .max()
}
