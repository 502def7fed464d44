//! What a schedule will do next, and how full the coming days are.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use drover_model::schedule::{Density, DensityDay, DstNote, NextRun};

use super::{Slot, SlotKind, Timetable};

/// The starts of one schedule that a calendar counts at most.
const COUNTED: usize = 100_000;

/// The next times of a schedule, in its zone and in the operator's. Times that do not exist
/// are among them, with their note.
#[must_use]
pub fn next_runs(
    table: &Timetable,
    after: Timestamp,
    count: usize,
    operator: &TimeZone,
) -> Vec<NextRun> {
    table
        .slots_after(after)
        .take(count)
        .map(|slot| next_run(table, &slot, operator))
        .collect()
}

/// One of those times.
#[must_use]
pub fn next_run(table: &Timetable, slot: &Slot, operator: &TimeZone) -> NextRun {
    let info = table.zone().to_offset_info(slot.at);
    let (note, not_before) = match slot.kind {
        SlotKind::Start { note } => (note, table.not_before(slot.at)),
        SlotKind::Missing { first, last, .. } => (Some(DstNote::Missing { first, last }), slot.at),
    };
    NextRun {
        at: slot.at,
        not_before,
        local: info.offset().to_datetime(slot.at),
        abbreviation: info.abbreviation().to_owned(),
        operator: operator.to_datetime(slot.at),
        note,
    }
}

/// How many starts fall into each hour of some days, in the operator's zone. `starts` says
/// how many runs a schedule starts at once.
#[must_use]
pub fn density<'a>(
    schedules: impl IntoIterator<Item = (&'a Timetable, u32)>,
    first: Date,
    days: u8,
    operator: &TimeZone,
) -> Density {
    let mut density = Density {
        days: (0..days)
            .filter_map(|day| first.checked_add(i64::from(day).days()).ok())
            .map(|date| DensityDay {
                date,
                hours: vec![0; 24],
            })
            .collect(),
        cut: false,
    };
    let midnight = |date: Date| operator.to_timestamp(date.at(0, 0, 0, 0)).ok();
    let last = density.days.last().and_then(|day| day.date.tomorrow().ok());
    let (Some(start), Some(end)) = (midnight(first), last.and_then(midnight)) else {
        return density;
    };
    let before = start.saturating_sub(1.nanosecond()).unwrap_or(start);
    for (table, starts) in schedules {
        let slots = table.slots_after(before).take_while(|slot| slot.at < end);
        for (counted, slot) in slots.enumerate() {
            if counted == COUNTED {
                density.cut = true;
                break;
            }
            if !slot.is_start() {
                continue;
            }
            let local = operator.to_datetime(slot.at);
            let day = local.date().duration_since(first).as_hours() / 24;
            let cell = usize::try_from(day)
                .ok()
                .and_then(|day| density.days.get_mut(day))
                .zip(usize::try_from(local.hour()).ok());
            if let Some((day, hour)) = cell {
                day.hours[hour] = day.hours[hour].saturating_add(starts);
            }
        }
    }
    density
}
