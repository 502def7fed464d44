//! What ten thousand schedules cost. Prints one line of JSON.

use std::{hint::black_box, time::Instant};

use drover_model::schedule::{ScheduleFile, ScheduleSpec, WhenFile};
use drover_scheduler::schedule::{
    Agenda, Cursor, Item, Moment, Policy, Timetable, Wake, Zones, plan,
};
use jiff::{SignedDuration, Timestamp};

/// Schedules in one data folder.
const SCHEDULES: usize = 10_000;
/// Times that are asked for one after the other.
const TIMES: u32 = 200_000;

const RULES: [&str; 8] = [
    "0 9 * * MON-FRI",
    "*/15 8-18 * * *",
    "30 2 * * *",
    "0 */2 * * *",
    "0 6 1,15 * *",
    "45 23 L * *",
    "5 * * * *",
    "0 0 * * SUN",
];
const ZONES: [&str; 5] = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "UTC",
];

fn spec(index: usize) -> ScheduleSpec {
    let when = WhenFile {
        cron: Some(RULES[index % RULES.len()].to_owned()),
        tz: Some(ZONES[index / RULES.len() % ZONES.len()].to_owned()),
        ..WhenFile::default()
    };
    let file = ScheduleFile {
        name: format!("schedule-{index}"),
        task: "task".to_owned(),
        when,
        jitter: Some("30s".to_owned()),
        ..ScheduleFile::default()
    };
    ScheduleSpec::try_from(file).expect("BUG: the rules of the benchmark are fine")
}

fn micros(since: Instant, parts: usize) -> f64 {
    let parts = f64::from(u32::try_from(parts).unwrap_or(u32::MAX));
    since.elapsed().as_secs_f64() * 1e6 / parts
}

#[expect(clippy::print_stdout, reason = "the line is what the benchmark is for")]
fn main() {
    let zones = Zones::bundled();
    let start = Timestamp::from_second(1_795_424_400).expect("BUG: a time in 2026");
    let specs: Vec<ScheduleSpec> = (0..SCHEDULES).map(spec).collect();

    let at = Instant::now();
    let tables: Vec<Timetable> = specs
        .iter()
        .enumerate()
        .map(|(index, spec)| {
            Timetable::new(spec, &zones, start, index.to_string())
                .expect("BUG: the zones of the benchmark exist")
        })
        .collect();
    let compile_us = micros(at, SCHEDULES);

    // A pass over all of them, as at the start of Drover, when none is due.
    let items = [Item::default()];
    let policies: Vec<Policy> = specs.iter().map(Policy::from).collect();
    let mut cursors = vec![Cursor::at(start); SCHEDULES];
    let mut agenda = Agenda::new();
    let at = Instant::now();
    let moment = Moment {
        now: start,
        wake: Wake::Started,
    };
    for index in 0..SCHEDULES {
        let planned = plan(
            &tables[index],
            &policies[index],
            cursors[index],
            moment,
            &items,
        );
        agenda.set(index, planned.next);
    }
    let full_pass_ms = micros(at, 1) / 1e3;

    // A tick at which nothing is due: what an idle Drover does every 30 seconds.
    let at = Instant::now();
    for _ in 0..1_000 {
        black_box(agenda.due(black_box(start)));
    }
    let idle_tick_us = micros(at, 1_000);

    // A day of all schedules, look by look.
    let end = start + SignedDuration::from_hours(24);
    let (mut looks, mut rows, mut worst) = (0_usize, 0_usize, 0.0_f64);
    let at = Instant::now();
    while let Some(now) = agenda.earliest().filter(|now| *now < end) {
        let tick = Instant::now();
        for index in agenda.due(now) {
            let moment = Moment {
                now,
                wake: Wake::Tick,
            };
            let planned = plan(
                &tables[index],
                &policies[index],
                cursors[index],
                moment,
                &items,
            );
            looks += 1;
            rows += planned.rows.len();
            cursors[index] = planned.cursor;
            agenda.set(index, planned.next);
        }
        worst = worst.max(micros(tick, 1) / 1e3);
    }
    let look_us = micros(at, looks);

    // The cost of the next time of a rule, one after the other and from nowhere.
    let at = Instant::now();
    let mut times = 0;
    for slot in tables[1].slots_after(start).take(TIMES as usize) {
        black_box(slot);
        times += 1;
    }
    let next_ns = micros(at, times) * 1e3;
    let at = Instant::now();
    for table in &tables {
        black_box(table.next_after(start));
    }
    let search_ns = micros(at, SCHEDULES) * 1e3;

    println!(
        "{{\"bench\":\"schedule\",\"schedules\":{SCHEDULES},\"compile_us\":{compile_us:.2},\"full_pass_ms\":{full_pass_ms:.2},\"idle_tick_us\":{idle_tick_us:.3},\"looks\":{looks},\"rows\":{rows},\"look_us\":{look_us:.2},\"worst_tick_ms\":{worst:.2},\"next_ns\":{next_ns:.0},\"search_ns\":{search_ns:.0}}}"
    );
}
