//! The rows of one look at a schedule, while they are being written.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use drover_model::{
    RunId,
    schedule::{Missed, OverlapScope, Reason},
};

use super::{
    Item, Moment, Policy, Row, Slot, Timetable, Verdict, Wake,
    overlap::{Admission, Standing},
};

/// A time that is reached later than this was missed.
const LATE: SignedDuration = SignedDuration::from_secs(60);
/// After a sleep the network needs a moment.
pub const SETTLE: Duration = Duration::from_secs(10);
/// Starts that catch up are spread over so much time.
pub const CATCH_UP_SPREAD: Duration = Duration::from_mins(1);

/// The rows that are being written, and the runs that give way to them.
pub(super) struct Draft<'a> {
    table: &'a Timetable,
    policy: &'a Policy,
    moment: Moment,
    standings: Vec<(&'a str, Standing<'a>)>,
    pub(super) rows: Vec<Row>,
    pub(super) cancel: Vec<RunId>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
        table: &'a Timetable,
        policy: &'a Policy,
        moment: Moment,
        items: &'a [Item],
    ) -> Self {
        Self {
            table,
            policy,
            moment,
            standings: items
                .iter()
                .map(|item| (&*item.key, Standing::new(item)))
                .collect(),
            rows: Vec::new(),
            cancel: Vec::new(),
        }
    }

    /// Judges slots by the policies. `is_cut` says that more have come than these.
    pub(super) fn judge(&mut self, due: &[Slot], is_cut: bool) {
        let now = self.moment.now;
        let age = |slot: &Slot| now.duration_since(slot.at);
        let catch_up = self.policy.catch_up.duration();
        let is_late = |slot: &Slot| slot.is_start() && age(slot) > LATE;
        let is_too_old = |slot: &Slot| age(slot).unsigned_abs() > catch_up;
        let in_time = due
            .iter()
            .filter(|slot| is_late(slot) && !is_too_old(slot))
            .count();
        let most = match self.policy.missed {
            Missed::Skip => 0,
            Missed::RunOnce => 1,
            Missed::RunAll => usize::try_from(self.policy.missed_max).unwrap_or(usize::MAX),
        };
        // The newest run; where the pass is cut, newer ones are still to come.
        let mut passed_over = if is_cut {
            in_time
        } else {
            in_time.saturating_sub(most)
        };
        for slot in due {
            if !slot.is_start() {
                self.skip(slot, Reason::NoSuchLocalTime);
            } else if !is_late(slot) {
                self.start(slot, false);
            } else if is_too_old(slot) {
                self.skip(slot, Reason::TooOld);
            } else if passed_over > 0 {
                passed_over -= 1;
                self.skip(slot, Reason::Missed);
            } else {
                self.start(slot, true);
            }
        }
    }

    /// A row for all items, or one more time for the last one.
    pub(super) fn skip(&mut self, slot: &Slot, reason: Reason) {
        self.push(
            slot,
            "",
            Verdict::Skip {
                reason,
                blocker: None,
            },
        );
    }

    /// Lets the last row stand for everything up to a slot, without counting what is between.
    pub(super) fn reach(&mut self, slot: &Slot) {
        if let Some(row) = self.rows.last_mut() {
            row.nominal = slot.at;
            row.occurrence = slot.occurrence();
        }
    }

    fn start(&mut self, slot: &Slot, missed: bool) {
        let expires = self.policy.start_deadline.map(|deadline| {
            slot.at
                .saturating_add(deadline.duration())
                .unwrap_or(Timestamp::MAX)
        });
        if expires.is_some_and(|expires| expires < self.moment.now) {
            self.push(slot, "", Verdict::Expire);
            return;
        }
        let serial = missed && self.policy.missed == Missed::RunAll;
        let not_before = self.not_before(slot.at, missed);
        let whole = self.policy.overlap_scope == OverlapScope::Batch;
        // Judged together, all items get the verdict that the first one gets before any of
        // them was queued.
        let common = whole
            .then(|| self.standings.first())
            .flatten()
            .map(|(_, standing)| self.admit(standing, serial));
        for index in 0..self.standings.len() {
            let (key, standing) = &self.standings[index];
            let key = *key;
            let admission = common
                .clone()
                .unwrap_or_else(|| self.admit(standing, serial));
            let behind = serial.then(|| standing.newest()).flatten();
            match admission {
                Admission::Skip(reason, blocker) => {
                    let blocker = Some(blocker);
                    self.push(slot, key, Verdict::Skip { reason, blocker });
                    continue;
                }
                Admission::Replace(runs) => {
                    self.replace(key, runs);
                    self.standings[index].1.cancel();
                }
                Admission::Queue => {}
            }
            self.standings[index].1.queue(slot.occurrence());
            let verdict = Verdict::Queue {
                not_before,
                expires,
                behind,
                missed,
            };
            self.push(slot, key, verdict);
        }
    }

    fn admit(&self, standing: &Standing<'_>, serial: bool) -> Admission {
        if serial {
            // They run one behind the other, whatever the overlap policy says.
            return Admission::Queue;
        }
        standing.admit(self.policy.overlap, self.policy.overlap_max)
    }

    /// Cancels what is live, and takes back what this very plan has queued for the item.
    fn replace(&mut self, item: &str, runs: Vec<RunId>) {
        for run in runs {
            if !self.cancel.contains(&run) {
                self.cancel.push(run);
            }
        }
        for row in self.rows.iter_mut().filter(|row| row.item == item) {
            if matches!(row.verdict, Verdict::Queue { .. }) {
                row.verdict = Verdict::Skip {
                    reason: Reason::Replaced,
                    blocker: None,
                };
            }
        }
    }

    /// When a start may happen: with its jitter, and after a sleep not all at once.
    fn not_before(&self, at: Timestamp, missed: bool) -> Timestamp {
        if !missed {
            return self.table.not_before(at);
        }
        let settle = match self.moment.wake {
            Wake::Slept => SETTLE,
            _ => Duration::ZERO,
        };
        let wait = settle + self.table.share(at, CATCH_UP_SPREAD);
        self.moment
            .now
            .saturating_add(wait)
            .unwrap_or(self.moment.now)
    }

    /// Adds a row, or lets the last one of its item cover one more time.
    fn push(&mut self, slot: &Slot, item: &str, verdict: Verdict) {
        let covers = slot.covers();
        let is_missing = !slot.is_start();
        if !matches!(verdict, Verdict::Queue { .. })
            && let Some(row) = self.rows.iter_mut().rev().find(|row| row.item == item)
            && row.verdict == verdict
            // A row that was queued and taken back stands for itself.
            && row.occurrence.starts_with("gap:") == is_missing
        {
            row.covers += covers;
            row.nominal = slot.at;
            row.occurrence = slot.occurrence();
            return;
        }
        self.rows.push(Row {
            occurrence: slot.occurrence(),
            item: item.to_owned(),
            nominal: slot.at,
            first: slot.at,
            covers,
            verdict,
        });
    }
}
