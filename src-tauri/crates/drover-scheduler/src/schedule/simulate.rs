//! What the planner would write within some days, told by the planner itself.

use std::time::Duration;

use jiff::Timestamp;

use drover_model::{
    Name, RunId, RunState,
    schedule::{SimulatedRun, Simulation},
};

use super::{Cursor, Item, Live, Moment, Policy, Timetable, Verdict, Wake, plan};

/// Looks at items that one simulation takes on: a year of a rule of every minute, with room to spare. What nobody can
/// cancel has to end by itself.
const MOST_LOOKS: usize = 2_000_000;

/// A schedule that is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Simulated<'a> {
    pub name: &'a Name,
    pub table: &'a Timetable,
    pub policy: Policy,
    /// The keys of its items; a single run is one empty key.
    pub items: &'a [String],
    /// How long a run takes, such as the median of the last ones.
    pub takes: Duration,
}

/// Lets the planner look at schedules from one instant to another, each time when something
/// is due, and counts what it writes. `keep` is how many rows are told one by one.
///
/// Each run starts when its time has come and the one before it of its item has ended; other
/// limits are not looked at.
#[must_use]
pub fn simulate(
    schedules: &[Simulated<'_>],
    from: Timestamp,
    to: Timestamp,
    keep: usize,
) -> Simulation {
    let mut told = Simulation::default();
    // Each has its share, so that a busy one hides no other.
    let share = MOST_LOOKS / schedules.len().max(1);
    for schedule in schedules {
        if let Some(at) = one(schedule, (from, to), keep, share, &mut told) {
            told.cut_at = Some(told.cut_at.map_or(at, |cut| cut.min(at)));
        }
        // Each schedule tells its first ones, of which the earliest of all are kept.
        told.first.sort_by_key(|row| row.at);
        told.first.truncate(keep);
    }
    told
}

/// Tells how far it came when that is not to the end.
fn one(
    schedule: &Simulated<'_>,
    (from, to): (Timestamp, Timestamp),
    keep: usize,
    most: usize,
    told: &mut Simulation,
) -> Option<Timestamp> {
    let mut looks = 0;
    let mut cursor = Cursor::at(from);
    let mut now = from;
    let mut items: Vec<Item> = schedule
        .items
        .iter()
        .map(|key| Item {
            key: key.clone(),
            live: Vec::new(),
        })
        .collect();
    // When each live run of each item starts and ends, oldest first.
    let mut times: Vec<Vec<(Timestamp, Timestamp)>> = vec![Vec::new(); items.len()];
    let mut runs = 0_u128;
    let mut kept = 0;
    loop {
        for (item, times) in items.iter_mut().zip(&mut times) {
            let ended = times.iter().take_while(|(_, end)| *end <= now).count();
            times.drain(..ended);
            item.live.drain(..ended);
            for (live, (start, _)) in item.live.iter_mut().zip(times.iter()) {
                live.waiting = *start > now;
            }
        }
        let moment = Moment {
            now,
            wake: Wake::Tick,
        };
        let planned = plan(schedule.table, &schedule.policy, cursor, moment, &items);
        told.passes += 1;
        for (item, times) in items.iter_mut().zip(&mut times) {
            // Oldest first, so that what is left stays in its order.
            let keeps: Vec<bool> = item
                .live
                .iter()
                .map(|live| !planned.cancel.contains(&live.run))
                .collect();
            retain(&mut item.live, &keeps);
            retain(times, &keeps);
        }
        for row in &planned.rows {
            let (state, reason) = match &row.verdict {
                Verdict::Queue { not_before, .. } => {
                    told.runs += 1;
                    runs += 1;
                    if let Some(index) = items.iter().position(|item| item.key == row.item) {
                        let free = times[index].last().map(|(_, end)| *end);
                        let start = free.map_or(*not_before, |free| free.max(*not_before));
                        let end = start.saturating_add(schedule.takes).unwrap_or(start);
                        times[index].push((start, end));
                        items[index].live.push(Live {
                            run: RunId::from_bits(runs),
                            waiting: start > now,
                        });
                    }
                    (RunState::Queued, None)
                }
                Verdict::Skip { reason, .. } => {
                    told.skipped += u64::from(row.covers);
                    (RunState::Skipped, Some(*reason))
                }
                Verdict::Expire => {
                    told.expired += u64::from(row.covers);
                    (RunState::Expired, None)
                }
            };
            if kept < keep {
                kept += 1;
                told.first.push(SimulatedRun {
                    schedule: schedule.name.clone(),
                    at: row.nominal,
                    state,
                    covers: row.covers,
                    reason,
                });
            }
        }
        let has_moved = planned.cursor != cursor;
        cursor = planned.cursor;
        match planned.next {
            Some(next) if next < to && (next > now || has_moved) => now = next.max(now),
            _ => return None,
        }
        looks += 1 + items.len();
        if looks > most {
            return Some(now);
        }
    }
}

fn retain<T>(values: &mut Vec<T>, keeps: &[bool]) {
    let mut keeps = keeps.iter();
    values.retain(|_| keeps.next().copied().unwrap_or(true));
}
