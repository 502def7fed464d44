//! How many runs begin in each minute, as far as schedules alone decide it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Timetable, Watched, spread_starts};

/// The starts of one schedule that are looked at.
const LOOKED_AT: usize = 20_000;

/// Minutes since 1970, each with the runs that begin in it.
pub(super) type Minutes = BTreeMap<i64, u32>;

/// The runs that a schedule begins in each minute between two instants, if it had those times and that spread. Of a batch
/// with `max_parallel`, no more than so many begin at once, and the rest follows when they have ended.
pub(super) fn minutes_of(
    schedule: &Watched<'_>,
    table: &Timetable,
    spread: Option<drover_model::Span>,
    (from, to): (Timestamp, Timestamp),
) -> Minutes {
    let mut minutes = Minutes::new();
    let at_once = schedule
        .max_parallel
        .map_or(schedule.starts, |most| most.min(schedule.starts));
    let slots = table.slots_after(from).take_while(|slot| slot.at < to);
    let mut looked = 0;
    for slot in slots.filter(super::Slot::is_start) {
        // With its jitter and its spread, so that an accepted fix ends the warning.
        let begins = table.not_before(slot.at);
        match spread.filter(|_| schedule.starts > 1) {
            None => *minutes.entry(minute_of(begins)).or_default() += at_once,
            Some(spread) => {
                for start in spread_starts(begins, spread.duration(), schedule.starts) {
                    let begun = minutes.entry(minute_of(start)).or_default();
                    *begun = (*begun + 1).min(at_once);
                }
                looked += schedule.starts as usize;
            }
        }
        looked += 1;
        if looked >= LOOKED_AT {
            break;
        }
    }
    minutes
}

fn minute_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

pub(super) fn minute_at(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).unwrap_or(Timestamp::UNIX_EPOCH)
}
