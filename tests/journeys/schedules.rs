//! Schedules in the real program: they fire, they survive kills, and the clock can do what it wants.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{
    desktop::Desktop,
    worker::{Worker, set_clock},
};

fn task(name: &str) -> Value {
    json!({ "name": name, "kind": "command", "shell": true, "program": "true" })
}

fn schedule(name: &str, when: &Value) -> Value {
    json!({ "name": name, "task": "nothing", "when": when, "overlap": "allow" })
}

fn time(row: &Value, field: &str) -> Timestamp {
    row["origin"][field].as_str().unwrap().parse().unwrap()
}

/// How many nominal times the rows stand for.
fn accounted(rows: &[Value]) -> u64 {
    rows.iter()
        .map(|row| row["origin"]["covers"].as_u64().unwrap())
        .sum()
}

fn has_run_at(rows: &[Value], at: &str) -> bool {
    let at: Timestamp = at.parse().unwrap();
    let mut of_it = rows.iter().filter(|row| time(row, "nominal_at") == at);
    of_it.any(|row| row["state"] != "skipped")
}

fn with_reason<'a>(rows: &'a [Value], reason: &'a str) -> impl Iterator<Item = &'a Value> {
    rows.iter().filter(move |row| row["reason"] == reason)
}

#[test]
fn a_schedule_that_fires_loses_and_repeats_nothing_over_kills() {
    let desktop = Desktop::without_keychain();
    desktop.add_task(&task("nothing"));
    let mut worker = Worker::start(&desktop);
    desktop.add_schedule(&schedule("often", &json!({ "every": "1s" })));
    for life in 1..=4 {
        let before = desktop.rows_of("often").len();
        desktop.until_rows("it to fire", "often", |rows| rows.len() > before + life);
        worker.kill();
        worker = Worker::start(&desktop);
    }
    let rows = desktop.until_rows("the last life to fire", "often", |rows| {
        rows.last().is_some_and(|row| row["state"] == "succeeded")
    });
    worker.kill();

    let mut named: Vec<_> = rows.iter().map(|row| time(row, "nominal_at")).collect();
    let newest = named[named.len() - 1];
    named.sort_unstable();
    let count = named.len();
    named.dedup();
    assert_eq!(named.len(), count, "one occurrence, one row");
    let oldest = rows.iter().map(|row| time(row, "first_at")).min().unwrap();
    let times = newest.duration_since(oldest).as_secs() + 1;
    assert_eq!(
        accounted(&rows),
        u64::try_from(times).unwrap(),
        "every second is accounted for: {rows:#?}"
    );
}

#[test]
fn the_clock_of_the_computer_may_do_what_it_wants() {
    let desktop = Desktop::without_keychain();
    desktop.add_task(&task("nothing"));
    set_clock(&desktop, "2026-06-01T08:59:30Z");
    let worker = Worker::start_by_clock(&desktop);
    desktop.add_schedule(&schedule(
        "hourly",
        &json!({ "cron": "0 * * * *", "tz": "UTC" }),
    ));
    // It lets the planner look at the clock every second, so that the journey need not wait for its usual look.
    desktop.add_schedule(&schedule("pulse", &json!({ "every": "1s" })));
    set_clock(&desktop, "2026-06-01T08:59:59Z");
    desktop.until_rows("09:00", "hourly", |rows| {
        has_run_at(rows, "2026-06-01T09:00:00Z")
    });

    // Back by minutes: 09:00 comes again and is not run again.
    set_clock(&desktop, "2026-06-01T08:55:00Z");
    set_clock(&desktop, "2026-06-01T08:59:58Z");
    // Forward by minutes: 10:00 was missed by less than three hours.
    set_clock(&desktop, "2026-06-01T10:05:00Z");
    let rows = desktop.until_rows("10:00", "hourly", |rows| accounted(rows) >= 2);
    assert_eq!(accounted(&rows), 2, "{rows:#?}");
    assert!(
        has_run_at(&rows, "2026-06-01T10:00:00Z"),
        "the missed time is caught up: {rows:#?}"
    );

    // Forward by days: a wrong clock that is set right floods nothing.
    set_clock(&desktop, "2026-06-03T10:05:00Z");
    let rows = desktop.until_rows("the correction", "hourly", |rows| {
        with_reason(rows, "clock_correction").count() > 0
    });
    assert_eq!(accounted(&rows), 50, "{rows:#?}");
    assert_eq!(rows.len(), 3, "{rows:#?}");

    // Back by days: what had its row has no other.
    set_clock(&desktop, "2026-06-01T10:10:00Z");
    let pulses = desktop.rows_of("pulse").len();
    desktop.until_rows("a look after it", "pulse", |rows| rows.len() > pulses);
    set_clock(&desktop, "2026-06-01T10:59:59Z");
    let rows = desktop.until_rows("11:00", "hourly", |rows| {
        has_run_at(rows, "2026-06-01T11:00:00Z")
    });
    assert_eq!(rows.len(), 4, "{rows:#?}");

    // A night in which Drover was not there.
    worker.kill();
    set_clock(&desktop, "2026-06-02T06:30:00Z");
    let worker = Worker::start_by_clock(&desktop);
    let rows = desktop.until_rows("the night", "hourly", |rows| {
        has_run_at(rows, "2026-06-02T06:00:00Z")
    });
    let missed: Vec<_> = with_reason(&rows, "missed").collect();
    assert_eq!(missed.len(), 1, "one row for what was not run: {rows:#?}");
    assert_eq!(missed[0]["origin"]["covers"], 18, "12:00 to 05:00");
    worker.kill();
}

/// The rows of a daily 02:30 in Berlin after the clock went through those moments.
fn at_half_past_two(moments: &[&str], until: &str, last: &str) -> Vec<Value> {
    let desktop = Desktop::without_keychain();
    desktop.add_task(&task("nothing"));
    set_clock(&desktop, moments[0]);
    let worker = Worker::start_by_clock(&desktop);
    let daily = json!({ "cron": "30 2 * * *", "tz": "Europe/Berlin" });
    desktop.add_schedule(&schedule("daily", &daily));
    desktop.add_schedule(&schedule("pulse", &json!({ "every": "1s" })));
    for moment in &moments[1..] {
        set_clock(&desktop, moment);
        let pulses = desktop.rows_of("pulse").len();
        desktop.until_rows(&format!("a look at {moment}"), "pulse", |rows| {
            rows.len() > pulses
        });
    }
    set_clock(&desktop, until);
    let rows = desktop.until_rows("the last of them", "daily", |rows| has_run_at(rows, last));
    worker.kill();
    rows
}

#[test]
fn summer_time_begins_and_ends_with_one_run_a_day() {
    // 02:30 does not exist; 03:00 is 01:00 in UTC.
    let rows = at_half_past_two(
        &[
            "2026-03-29T00:58:00Z",
            "2026-03-29T01:00:01Z",
            "2026-03-29T01:31:00Z",
            "2026-03-30T00:29:00Z",
        ],
        "2026-03-30T00:30:01Z",
        "2026-03-30T00:30:00Z",
    );
    let runs = rows.iter().filter(|row| row["state"] != "skipped").count();
    assert!(has_run_at(&rows, "2026-03-29T01:00:00Z"), "{rows:#?}");
    assert_eq!(runs, 2, "{rows:#?}");
    // 02:30 comes twice, at 00:30 and at 01:30 in UTC.
    let rows = at_half_past_two(
        &[
            "2026-10-25T00:28:00Z",
            "2026-10-25T00:30:01Z",
            "2026-10-25T01:30:01Z",
            "2026-10-25T02:31:00Z",
            "2026-10-26T01:29:00Z",
        ],
        "2026-10-26T01:30:01Z",
        "2026-10-26T01:30:00Z",
    );
    let runs = rows.iter().filter(|row| row["state"] != "skipped").count();
    assert!(has_run_at(&rows, "2026-10-25T00:30:00Z"), "{rows:#?}");
    assert_eq!(runs, 2, "{rows:#?}");
}
