//! Ten years of twelve zones through the planner and its database, with nights, wrong clocks and deaths.

use std::collections::BTreeMap;

use drover_model::{Ended, RunRow, ScheduleId, schedule::ScheduleSpec};
use drover_scheduler::schedule::{Timetable, Zones};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::{
    desk::{Desk, at, is_run},
    zones_of_all_kinds::ZONES,
};

/// Summer time begins and ends on Sundays nearly everywhere, so these come by every edge without ten thousand ordinary
/// days between.
const RULES: [&str; 3] = ["30 2 * * SUN", "*/30 1 1 * *", "0 9 L * *"];

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn minutes(&mut self, most: u64) -> SignedDuration {
        SignedDuration::from_mins(i64::try_from(self.roll(most)).unwrap())
    }
}

/// Where nothing waits for a disk, when the system has such a place.
fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

#[tokio::test]
async fn ten_years_of_twelve_zones_lose_nothing_and_run_nothing_twice() {
    let start = "2026-11-23T00:00:00Z";
    let (from, to) = (at(start), at("2036-11-23T00:00:00Z"));
    let mut desk = Desk::within(folder(), start).await;
    let mut tables: BTreeMap<ScheduleId, Timetable> = BTreeMap::new();
    for zone in ZONES {
        for (number, rule) in RULES.into_iter().enumerate() {
            let when = format!(r#"{{"cron":"{rule}","tz":"{zone}"}}"#);
            let missed = ["skip", "run_once", "run_all"][number];
            let more = format!(r#","missed":"{missed}","missed_max":3,"overlap":"allow""#);
            let name = format!("{} {number}", zone.replace('/', " "));
            let id = desk.schedule_of("t", &name, &when, &more).await;
            tables.insert(id, table(id, &when, from));
        }
    }
    let mut dice = Dice(0x1DEA);
    let mut wrong: Option<SignedDuration> = None;
    let mut turns = 0_u32;
    while desk.tick.wall < to {
        let now = desk.tick.wall;
        match dice.roll(60) {
            0 => desk.sleep(&(now + dice.minutes(3 * 24 * 60)).to_string()),
            1 => {
                let again = now + dice.minutes(20 * 24 * 60);
                desk.restart(&again.to_string()).await;
            }
            // A small step back: nothing comes again.
            2 => desk.set_clock(&(now - dice.minutes(150)).to_string()),
            // A clock that goes wrong by days, and is put right later.
            3 => {
                if let Some(by) = wrong.take() {
                    desk.set_clock(&(now - by).to_string());
                } else {
                    let by = SignedDuration::from_hours(4) + dice.minutes(9 * 24 * 60);
                    desk.set_clock(&(now + by).to_string());
                    wrong = Some(by);
                }
            }
            _ => {
                let next = tables.values().filter_map(|table| table.next_after(now));
                let next = next.map(|slot| slot.at).min().unwrap();
                // Late by up to two minutes, so that some are missed.
                let late = SignedDuration::from_secs(i64::try_from(dice.roll(120)).unwrap());
                let wait = (next + late).duration_since(now);
                desk.live_on(wait.unsigned_abs());
            }
        }
        desk.turn().await;
        turns += 1;
        if turns.is_multiple_of(100) {
            end_what_waits(&desk, &tables).await;
        }
    }
    assert!(turns > 3_000, "{turns} turns are no ten years");
    for (id, table) in &tables {
        let rows = desk.rows(*id).await;
        let stored = desk.store.read({
            let id = *id;
            move |db| db.schedule(id)
        });
        let cursor = stored.await.unwrap().unwrap().cursor;
        every_time_has_its_row(table, &rows, (from, cursor));
        let mut ran: Vec<Timestamp> = rows
            .iter()
            .filter(|row| is_run(row))
            .map(|row| row.origin.as_ref().unwrap().nominal_at.unwrap())
            .collect();
        let count = ran.len();
        assert!(count > 50, "{count} runs are no ten years");
        ran.sort_unstable();
        ran.dedup();
        assert_eq!(ran.len(), count, "a time has run twice");
    }
}

fn table(id: ScheduleId, when: &str, made: Timestamp) -> Timetable {
    let text = format!(r#"{{"name":"s","task":"t","when":{when}}}"#);
    let spec: ScheduleSpec = serde_json::from_str(&text).unwrap();
    Timetable::new(&spec, &Zones::bundled(), made, id.to_string()).unwrap()
}

async fn end_what_waits(desk: &Desk, tables: &BTreeMap<ScheduleId, Timetable>) {
    for id in tables.keys() {
        let live: Vec<_> = desk.live(*id).await.iter().map(|row| row.id).collect();
        desk.end_all(&live, Ended::Cancelled).await;
    }
}

/// A clock that was wrong may give a time two rows, of which one is skipped, but never none.
fn every_time_has_its_row(table: &Timetable, rows: &[RunRow], (from, to): (Timestamp, Timestamp)) {
    let mut spans: Vec<(Timestamp, Timestamp)> = rows
        .iter()
        .map(|row| row.origin.as_ref().unwrap())
        .map(|origin| (origin.first_at.unwrap(), origin.nominal_at.unwrap()))
        .collect();
    spans.sort_unstable();
    // The furthest that any row reaches which begins no later.
    let mut reach = Vec::new();
    let mut furthest = Timestamp::MIN;
    for (first, last) in spans {
        furthest = furthest.max(last);
        reach.push((first, furthest));
    }
    for slot in table.slots_after(from).take_while(|slot| slot.at <= to) {
        let before = reach.partition_point(|(first, _)| *first <= slot.at);
        let is_there = before > 0 && reach[before - 1].1 >= slot.at;
        assert!(is_there, "{} has no row", slot.at);
    }
}
