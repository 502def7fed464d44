//! How stored schedules stand: in words, when next, and what came last.

use drover_model::{
    Schedule,
    schedule::{ScheduleSpec, ScheduleState, Words},
};
use drover_scheduler::schedule::{Slot, Timetable, Zones};
use drover_store::{Reading, StoredSchedule};
use jiff::Timestamp;

/// Its times, or why it has none.
pub(super) fn timetable(stored: &StoredSchedule, zones: &Zones) -> Result<Timetable, String> {
    Timetable::new(&stored.spec, zones, stored.anchor, stored.id.to_string())
        .map_err(|problems| problems.to_string())
}

/// Its trigger in words, a single moment by the clock of its zone.
pub(super) fn told(words: &Words, spec: &ScheduleSpec, table: Option<&Timetable>) -> String {
    match table.filter(|_| spec.zone.is_some()) {
        Some(table) => words.when_in(&spec.when, |at| table.zone().to_datetime(at)),
        None => words.when(&spec.when),
    }
}

/// A stored schedule as faces see it at `now`, told in those words.
pub(super) fn standing(
    db: &Reading<'_>,
    stored: StoredSchedule,
    zones: &Zones,
    (words, now): (&Words, Timestamp),
) -> drover_store::Result<Schedule> {
    let table = timetable(&stored, zones);
    let after = stored.cursor.max(now);
    let next = match &table {
        Ok(table) if stored.pause.is_none() => {
            let mut coming = table.slots_from(after, stored.cursor_local);
            coming.find(Slot::is_start).map(|slot| slot.at)
        }
        _ => None,
    };
    let problem = match &table {
        Err(problem) => Some(problem.clone()),
        Ok(_) if stored.task_removed => Some("a task that it needs is in the trash".to_owned()),
        Ok(_) => None,
    };
    let state = if problem.is_some() {
        ScheduleState::Broken
    } else if stored.pause.is_some() {
        ScheduleState::Paused
    } else if next.is_none() && stored.after_task_id.is_none() {
        ScheduleState::Over
    } else {
        ScheduleState::Active
    };
    Ok(Schedule {
        words: told(words, &stored.spec, table.as_ref().ok()),
        state,
        problem,
        next: next.filter(|_| state == ScheduleState::Active),
        last: db.last_of_schedule(stored.id)?,
        live: db.live_count_of_schedule(stored.id)?,
        id: stored.id,
        version: stored.version,
        task_id: stored.task_id,
        pause: stored.pause,
        created_at: stored.created_at,
        updated_at: stored.updated_at,
        removed_at: stored.removed_at,
        spec: stored.spec,
    })
}
