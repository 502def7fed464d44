//! What the editor, the calendar and `simulate` show.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, civil::date, tz::TimeZone};

use drover_model::{
    Name,
    schedule::{Clash, DstNote, Fix, Language},
};
use drover_scheduler::schedule::{
    Policy, Simulated, Watched, density, next_runs, simulate, warnings,
};

use crate::bench::{at, cron, spec, table_of};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

#[test]
fn coming_times_are_told_in_two_zones_with_their_notes() {
    let table = cron("30 2 * * *", "Europe/Berlin");
    let tokyo = TimeZone::fixed(jiff::tz::offset(9));
    let runs = next_runs(&table, at("2026-03-28T00:00:00Z"), 3, &tokyo);
    let told: Vec<String> = runs
        .iter()
        .map(|run| format!("{} {} / {}", run.local, run.abbreviation, run.operator))
        .collect();
    assert_eq!(
        told,
        [
            "2026-03-28T02:30:00 CET / 2026-03-28T10:30:00",
            "2026-03-29T03:00:00 CEST / 2026-03-29T10:00:00",
            "2026-03-30T02:30:00 CEST / 2026-03-30T09:30:00",
        ]
    );
    let note = runs[1].note.unwrap();
    assert_eq!(
        Language::English.words().note(note, runs[1].local),
        "29 Mar 02:30 does not exist; runs at 03:00."
    );
    let missing = next_runs(
        &cron("0 12 * * *", "Pacific/Apia"),
        at("2011-12-30T00:00:00Z"),
        1,
        &TimeZone::UTC,
    );
    assert!(matches!(missing[0].note, Some(DstNote::Missing { .. })));
}

#[test]
fn the_calendar_counts_starts_by_hour() {
    let quarter = cron("*/15 9-10 * * MON-FRI", "UTC");
    let night = cron("0 3 * * *", "UTC");
    let first = date(2026, 11, 23); // A Monday.
    let calendar = density([(&quarter, 1), (&night, 20)], first, 7, &TimeZone::UTC);
    assert_eq!(calendar.days.len(), 7);
    assert_eq!(calendar.days[0].hours[9], 4);
    assert_eq!(calendar.days[0].hours[3], 20);
    assert_eq!(calendar.days[5].hours[9], 0, "not on Saturday");
    let sum: u32 = calendar.days.iter().flat_map(|day| &day.hours).sum();
    assert_eq!(sum, 5 * 8 + 7 * 20);
    assert!(!calendar.cut);
    let busy = cron("* * * * * *", "UTC");
    assert!(density([(&busy, 1)], first, 7, &TimeZone::UTC).cut);
}

#[test]
fn clashes_come_with_their_fix() {
    let (from, to) = (at("2026-11-23T00:00:00Z"), at("2026-11-30T00:00:00Z"));
    let (nine, also) = (cron("0 9 * * *", "UTC"), cron("0 9 * * MON", "UTC"));
    let (one, two, anna) = (name("one"), name("two"), [name("anna")]);
    let watched = [
        Watched {
            name: &one,
            table: &nine,
            profiles: &anna,
            starts: 1,
        },
        Watched {
            name: &two,
            table: &also,
            profiles: &anna,
            starts: 48,
        },
    ];
    let found = warnings(&watched, from, to, 12);
    assert_eq!(found.len(), 2);
    let same = found
        .iter()
        .find(|w| matches!(w.clash, Clash::SameProfile { .. }))
        .unwrap();
    assert_eq!((same.at, same.times), (at("2026-11-23T09:00:00Z"), 1));
    assert_eq!(
        Language::English
            .words()
            .clash(&same.clash, date(2026, 11, 23).at(9, 0, 0, 0)),
        "2 schedules want `anna` at 23 Nov 09:00"
    );
    assert!(
        matches!(&same.fix, Some(Fix::Jitter { schedules, .. }) if schedules == &[name("two")])
    );
    let many = found
        .iter()
        .find(|w| matches!(w.clash, Clash::TooManyStarts { .. }))
        .unwrap();
    assert_eq!(
        many.clash,
        Clash::TooManyStarts {
            starts: 49,
            slots: 12
        }
    );
    assert!(matches!(&many.fix, Some(Fix::Spread { schedule, .. }) if *schedule == two));
    assert!(
        warnings(&watched, from, to, 64).len() == 1,
        "with enough slots only the profile clashes"
    );
}

#[test]
fn a_time_that_the_clock_removes_can_be_fixed_with_one_click() {
    let table = cron("*/30 2 * * *", "Europe/Berlin");
    let night = name("night");
    let watched = [Watched {
        name: &night,
        table: &table,
        profiles: &[],
        starts: 1,
    }];
    let (from, to) = (at("2026-01-01T00:00:00Z"), at("2026-01-08T00:00:00Z"));
    let found = warnings(&watched, from, to, 12);
    let [warning] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(warning.at, at("2026-03-29T01:00:00Z"));
    let Some(Fix::Cron { cron: fixed, .. }) = &warning.fix else {
        panic!("{warning:?}")
    };
    assert_eq!(fixed, "0-59/30 2 * * *");
    let mended = cron(fixed, "Europe/Berlin");
    let watched = [Watched {
        table: &mended,
        ..watched[0]
    }];
    assert_eq!(warnings(&watched, from, to, 12), []);
    let next = mended.next_after(at("2026-03-29T00:30:00Z")).unwrap();
    assert_eq!(
        next.at,
        at("2026-03-29T01:00:00Z"),
        "it runs at 03:00 instead"
    );
}

#[test]
fn a_year_is_simulated_by_the_planner_itself() {
    let from = at("2026-01-01T00:00:00Z");
    let to = from + SignedDuration::from_hours(24 * 365);
    let (daily, hourly) = (name("daily"), name("hourly"));
    let first = spec(r#"{"cron":"30 2 * * *","tz":"Europe/Berlin"}"#, "");
    let second = spec(r#"{"every":"1h"}"#, "");
    let tables = [table_of(&first, from), table_of(&second, from)];
    let single = [String::new()];
    let take = |minutes: u64| Duration::from_secs(minutes * 60);
    let schedules = [
        Simulated {
            name: &daily,
            table: &tables[0],
            policy: Policy::from(&first),
            items: &single,
            takes: take(10),
        },
        // Each run takes 90 minutes, so every second one finds the one before it.
        Simulated {
            name: &hourly,
            table: &tables[1],
            policy: Policy::from(&second),
            items: &single,
            takes: take(90),
        },
    ];
    let told = simulate(&schedules, from, to, 5);
    assert_eq!(told.runs + told.skipped, 365 + 8_759);
    assert_eq!(told.runs, 365 + 4_380);
    assert_eq!(told.first.len(), 5);
    assert!(told.first.is_sorted_by_key(|row| row.at));
    assert!(told.passes < 9_200, "one look a time, not {}", told.passes);
    assert_eq!(told.first[0].at, from + SignedDuration::from_hours(1));
    assert!(told.first[0].at > Timestamp::UNIX_EPOCH);
}
