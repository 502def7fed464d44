//! What a schedule writes when it is looked at: rows for every time that has come, and where
//! its cursor stands then. The rows and the cursor belong into one transaction.

use jiff::{SignedDuration, Timestamp, civil::DateTime};

use drover_model::{
    RunId, Span,
    schedule::{Missed, Overlap, OverlapScope, Reason, ScheduleSpec},
};

use super::{Blocker, Item, Slot, Timetable, draft::Draft, tick::STEP};

/// How far a schedule has come: every time up to `at` is accounted for by rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The last nominal time that was planned, or the making of the schedule.
    pub at: Timestamp,
    /// Its local time. A zone whose rules change may give that local time a second instant;
    /// this keeps it from running again.
    pub local: Option<DateTime>,
}

impl Cursor {
    /// Everything up to an instant is accounted for; a new schedule starts so.
    #[must_use]
    pub const fn at(at: Timestamp) -> Self {
        Self { at, local: None }
    }
}

/// Why the planner looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// A timer, or a small step of the wall clock.
    Tick,
    /// Drover was started.
    Started,
    /// The wall clock was put back by up to three hours; nothing starts until it is where it was.
    PutBack,
    /// The computer has slept.
    Slept,
    /// The wall clock was put forward by more than three hours: it had been wrong.
    Corrected,
    /// The wall clock was put back by more than three hours.
    CorrectedBack,
    /// The schedule was paused, and the pause was over at `until`.
    Resumed { until: Timestamp },
    /// The same, and what was missed meanwhile is to be treated as missed.
    ResumedToCatchUp,
}

impl Wake {
    /// Of two reasons to look, the one that says more about the time that has passed.
    #[must_use]
    pub const fn or_stronger(self, other: Self) -> Self {
        if other.rank() > self.rank() {
            other
        } else {
            self
        }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Tick => 0,
            Self::PutBack => 1,
            Self::Started => 2,
            Self::Slept => 3,
            Self::ResumedToCatchUp => 4,
            Self::Resumed { .. } => 5,
            Self::Corrected => 6,
            Self::CorrectedBack => 7,
        }
    }
}

/// A look at the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub now: Timestamp,
    pub wake: Wake,
}

/// What a schedule does with times that cannot simply start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub overlap: Overlap,
    pub overlap_scope: OverlapScope,
    pub overlap_max: u32,
    pub missed: Missed,
    pub missed_max: u32,
    pub catch_up: Span,
    pub start_deadline: Option<Span>,
}

impl From<&ScheduleSpec> for Policy {
    fn from(spec: &ScheduleSpec) -> Self {
        Self {
            overlap: spec.overlap,
            overlap_scope: spec.overlap_scope,
            overlap_max: spec.overlap_max,
            missed: spec.missed,
            missed_max: spec.missed_max,
            catch_up: spec.catch_up,
            start_deadline: spec.start_deadline,
        }
    }
}

/// A row to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Unique with the schedule and the item.
    pub occurrence: String,
    /// The item of the fan-out; empty for a row that stands for all of them.
    pub item: String,
    /// The nominal time; of several, the last.
    pub nominal: Timestamp,
    /// The first nominal time that the row covers.
    pub first: Timestamp,
    /// How many nominal times it covers.
    pub covers: u32,
    pub verdict: Verdict,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A run, `queued`.
    Queue {
        not_before: Timestamp,
        /// It expires when it has not started by then.
        expires: Option<Timestamp>,
        /// It waits until this one has ended, however it ends.
        behind: Option<Blocker>,
        /// Its time had passed for more than a minute.
        missed: bool,
    },
    /// No run, `skipped`.
    Skip {
        reason: Reason,
        /// What was in the way.
        blocker: Option<Blocker>,
    },
    /// No run, `expired`: its deadline had passed.
    Expire,
}

/// What a look at a schedule comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// In the order of their times.
    pub rows: Vec<Row>,
    /// Live runs to be cancelled in favour of a later one.
    pub cancel: Vec<RunId>,
    /// To be written with the rows.
    pub cursor: Cursor,
    /// When the schedule is to be looked at next. Not after `now` means: there was more
    /// than fits into one pass, look again at once.
    pub next: Option<Timestamp>,
}

/// How many times one pass takes on. A schedule of every second that slept for a month is
/// planned in several passes, each of which is a transaction of a bearable size.
pub const PASS: usize = 20_000;

/// Looks at a schedule. `items` are what it fans out over; a single run is one item with an
/// empty key.
///
/// The cursor moves back only when the clock was ahead by more than three hours, after which the unique occurrences of
/// rows keep times from running again.
#[must_use]
pub fn plan(
    table: &Timetable,
    policy: &Policy,
    cursor: Cursor,
    moment: Moment,
    items: &[Item],
) -> Planned {
    let now = moment.now;
    let ahead = cursor.at.duration_since(now);
    // Whether somebody looked when the clock was put right does not matter: there may have been a pause, or several steps.
    if ahead > STEP || (moment.wake == Wake::CorrectedBack && ahead.is_positive()) {
        // The clock was ahead, and has not reached the cursor's local time again either.
        return Planned {
            rows: Vec::new(),
            cancel: Vec::new(),
            cursor: Cursor::at(now),
            next: table.next_after(now).map(|slot| slot.at),
        };
    }
    let due = due(table, policy, cursor, now);
    let Some(last) = due.slots.last() else {
        return Planned {
            rows: Vec::new(),
            cancel: Vec::new(),
            cursor,
            next: due.next,
        };
    };
    let mut cursor = Cursor {
        at: last.at,
        local: last.local,
    };
    let mut next = due.next;
    let mut draft = Draft::new(table, policy, moment, items);
    match moment.wake {
        Wake::Corrected => {
            for slot in &due.slots {
                draft.skip(slot, Reason::ClockCorrection);
            }
            // A clock may have been wrong by fifty years. What is beyond one pass is not counted.
            if due.is_cut
                && let Some(last) = table.last_before(after(now))
            {
                draft.reach(&last);
                cursor = Cursor {
                    at: last.at,
                    local: last.local,
                };
                next = table.next_after(now).map(|slot| slot.at);
            }
        }
        Wake::Resumed { until } => {
            let paused = due.slots.partition_point(|slot| slot.at <= until);
            let (paused, later) = due.slots.split_at(paused);
            for slot in paused {
                draft.skip(slot, Reason::Paused);
            }
            draft.judge(later, due.is_cut);
        }
        _ => draft.judge(&due.slots, due.is_cut),
    }
    Planned {
        rows: draft.rows,
        cancel: draft.cancel,
        cursor,
        next,
    }
}

/// The next instant.
fn after(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_nanos(1))
        .unwrap_or(now)
}

/// The slots that have come.
struct Due {
    slots: Vec<Slot>,
    /// There are more than one pass takes on.
    is_cut: bool,
    next: Option<Timestamp>,
}

fn due(table: &Timetable, policy: &Policy, cursor: Cursor, now: Timestamp) -> Due {
    // With that many more in sight, none of the first ones can be among the newest missed ones,
    // even if the very last are of this minute and not missed at all.
    let spare = usize::try_from(policy.missed_max.max(1)).unwrap_or(PASS) + 64;
    let mut slots = Vec::new();
    for slot in table.slots_from(cursor.at, cursor.local) {
        if slot.at > now {
            return Due {
                slots,
                is_cut: false,
                next: Some(slot.at),
            };
        }
        slots.push(slot);
        if slots.len() == PASS + spare {
            // Slots of one instant stay together, since the cursor is an instant.
            let mut keep = PASS;
            while keep > 0 && slots[keep - 1].at == slots[keep].at {
                keep -= 1;
            }
            slots.truncate(keep);
            return Due {
                slots,
                is_cut: true,
                next: Some(now),
            };
        }
    }
    Due {
        slots,
        is_cut: false,
        next: None,
    }
}
