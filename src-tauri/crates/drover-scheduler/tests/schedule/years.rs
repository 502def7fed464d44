//! Ten years in twelve zones, with an injected clock.

use jiff::{SignedDuration, Timestamp};

use drover_model::schedule::ScheduleSpec;
use drover_scheduler::schedule::{Cursor, Policy, Wake};

use crate::{
    bench::{ZONES, at, single, spec, table_of},
    walk::{Book, Dice, named},
};

/// Lives through some years, asleep now and then, and accounts for every time.
fn live(spec: &ScheduleSpec, from: Timestamp, to: Timestamp, dice: &mut Dice) -> Book {
    let table = table_of(spec, from);
    let policy = Policy::from(spec);
    let mut book = Book::default();
    let mut cursor = Cursor::at(from);
    let mut now = from;
    let mut looks = 0_u64;
    while now < to {
        let wake = match dice.roll(50) {
            0 => {
                now += dice.seconds(3 * 86_400);
                Wake::Slept
            }
            1 => {
                now += dice.seconds(40 * 86_400);
                Wake::Started
            }
            2 => {
                // A step back: nothing fires again until the clock is where it was.
                now -= dice.seconds(3 * 3_600);
                Wake::Tick
            }
            _ => Wake::Tick,
        };
        let next = book.look(&table, &policy, &mut cursor, now, wake, &single());
        looks += 1;
        match next {
            // Late by up to two minutes, so that some are missed.
            Some(next) => now = now.max(next) + dice.seconds(120),
            None => break,
        }
    }
    let covered = book.covered();
    assert_eq!(
        covered,
        named(&table, from, cursor.at),
        "{:?}: every time is one row's",
        spec.when
    );
    let most = u64::try_from(book.rows.len()).unwrap() * 2 + 1_000;
    assert!(
        looks < most,
        "{looks} looks for {} rows is a busy loop",
        book.rows.len()
    );
    book
}

#[test]
fn ten_years_in_twelve_zones_lose_nothing_and_repeat_nothing() {
    let mut dice = Dice(0x5EED);
    let mut rows = 0;
    for (index, zone) in ZONES.into_iter().enumerate() {
        // Around the missing day of Apia, and over the end of 32-bit seconds.
        let (from, to) = match zone {
            "Pacific/Apia" => (at("2005-01-01T00:00:00Z"), at("2015-01-01T00:00:00Z")),
            _ if index % 2 == 0 => (at("2026-11-23T00:00:00Z"), at("2036-11-23T00:00:00Z")),
            _ => (at("2030-06-01T00:00:00Z"), at("2040-06-01T00:00:00Z")),
        };
        let missed = ["skip", "run_once", "run_all"][index % 3];
        let more =
            format!(r#","missed":"{missed}","missed_max":3,"catch_up":"2d","overlap":"allow""#);
        for rule in [
            "30 2 * * *",
            "0 */6 * * *",
            "15 1-3 * * MON-FRI",
            "0 9 L * *",
        ] {
            let when = format!(r#"{{"cron":"{rule}","tz":"{zone}"}}"#);
            rows += live(&spec(&when, &more), from, to, &mut dice).rows.len();
        }
    }
    assert!(
        rows > 100_000,
        "{rows} rows is less than ten years of twelve zones have"
    );
}

#[test]
fn intervals_live_through_years_too() {
    let spec = spec(
        r#"{"every":"7h"}"#,
        r#","missed":"run_all","missed_max":5,"overlap":"allow","start_deadline":"6h""#,
    );
    let from = at("2026-01-01T00:00:00Z");
    let book = live(&spec, from, at("2039-01-01T00:00:00Z"), &mut Dice(7));
    assert!(book.runs() > 1_000);
}

#[test]
fn the_end_of_32_bit_seconds_is_a_second_like_others() {
    let when = r#"{"cron":"14 3 * * *","tz":"UTC"}"#;
    let table = table_of(&spec(when, ""), at("2038-01-01T00:00:00Z"));
    let times: Vec<String> = table
        .slots_after(at("2038-01-18T12:00:00Z"))
        .take(2)
        .map(|slot| slot.at.to_string())
        .collect();
    assert_eq!(times, ["2038-01-19T03:14:00Z", "2038-01-20T03:14:00Z"]);
}

#[test]
fn a_schedule_of_every_second_that_slept_for_two_days_is_planned_in_bearable_passes() {
    let spec = spec(
        r#"{"cron":"* * * * * *","tz":"UTC"}"#,
        r#","overlap":"allow""#,
    );
    let from = at("2026-01-01T00:00:00Z");
    let table = table_of(&spec, from);
    let now = from + SignedDuration::from_hours(48);
    let mut cursor = Cursor::at(from);
    let mut book = Book::default();
    let next = book.look(
        &table,
        &Policy::from(&spec),
        &mut cursor,
        now,
        Wake::Slept,
        &single(),
    );
    assert_eq!(next, Some(now + SignedDuration::from_secs(1)));
    assert_eq!(cursor.at, now);
    assert_eq!(book.covered(), 2 * 86_400);
    // The latest missed one and those of the last minute.
    assert_eq!(book.runs(), 62);
    assert!((8..20).contains(&book.passes), "{} passes", book.passes);
}
