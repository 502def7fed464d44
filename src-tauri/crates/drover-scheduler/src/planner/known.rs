//! A schedule as the planner keeps it in memory: read, and ready to be asked for its times.

use drover_model::schedule::When;
use drover_store::StoredSchedule;
use jiff::Timestamp;

use crate::schedule::{Cursor, Policy, Timetable, Zones};

/// A schedule, with its times where its rule can be read.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) stored: StoredSchedule,
    pub(super) policy: Policy,
    /// None when its zone is not known, as after a change of the zones.
    pub(super) table: Option<Timetable>,
    /// The release of the zones that its times were reckoned with.
    pub(super) tzdb: String,
}

impl Known {
    pub(super) fn new(stored: StoredSchedule, zones: &Zones) -> Self {
        let table = Timetable::new(&stored.spec, zones, stored.anchor, stored.id.to_string())
            .inspect_err(|problems| {
                tracing::warn!(schedule = %stored.spec.name, %problems, "a schedule cannot be planned");
            })
            .ok();
        if stored.tzdb != zones.release() {
            // Nothing else is to be done: times are never stored, and the cursor keeps them from being repeated.
            tracing::info!(schedule = %stored.spec.name, before = %stored.tzdb, now = zones.release(),
                "the time zones have changed, and with them the times to come");
        }
        Self {
            tzdb: zones.release().to_owned(),
            policy: Policy::from(&stored.spec),
            table,
            stored,
        }
    }

    pub(super) const fn cursor(&self) -> Cursor {
        Cursor {
            at: self.stored.cursor,
            local: self.stored.cursor_local,
        }
    }

    /// Whether it follows runs of a task.
    pub(super) const fn follows(&self) -> bool {
        matches!(self.stored.spec.when, When::After { .. })
    }

    /// When it is to be looked at, as far as can be told without a look.
    pub(super) fn next(&self) -> Option<Timestamp> {
        if let Some(pause) = &self.stored.pause {
            return pause.until;
        }
        if self.stored.resumed.is_some() {
            // At once, wherever the cursor stands: it may be ahead of a clock that was put right meanwhile.
            return Some(Timestamp::MIN);
        }
        let table = self.table.as_ref()?;
        let cursor = self.cursor();
        table
            .slots_from(cursor.at, cursor.local)
            .next()
            .map(|slot| slot.at)
    }
}
