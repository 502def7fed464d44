//! A night in which the computer sleeps while the program lives.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::{Home, accounted, is_run, until};

const NIGHT: Duration = Duration::from_hours(8);
/// For so long nothing catches up after a wake.
const SETTLED: SignedDuration = SignedDuration::from_secs(10);

#[test]
fn a_worker_that_slept_for_a_night_reports_once_and_catches_up_once() {
    let home = Home::new();
    home.add_task(&json!({ "name": "nothing", "kind": "command", "program": "true" }));
    let _worker = home.work(None);
    // It lets the planner look every few seconds instead of twice a minute.
    let pulse = json!({ "every": "5s" });
    home.add_schedule(&json!({
        "name": "pulse", "task": "nothing", "when": pulse, "overlap": "allow", "missed": "skip",
    }));
    let first = until("the first run", || home.rows_of("pulse").into_iter().next());
    // Half an hour away, so that no time comes by itself.
    let made: Timestamp = first["queued_at"].as_str().unwrap().parse().unwrap();
    let minute = (made + SignedDuration::from_mins(30))
        .strftime("%M")
        .to_string();
    let hourly = json!({ "cron": format!("{minute} * * * *"), "tz": "UTC" });
    home.add_schedule(&json!({ "name": "hourly", "task": "nothing", "when": hourly }));

    home.sleep(NIGHT);
    let rows = until("the night to be accounted for", || {
        let rows = home.rows_of("hourly");
        (!rows.is_empty()).then_some(rows)
    });
    assert_eq!(accounted(&rows), 8, "{rows:#?}");
    let runs: Vec<&Value> = rows.iter().filter(|row| is_run(row)).collect();
    assert_eq!(runs.len(), 1, "one of them catches up: {rows:#?}");
    let missed = home.cli(&["schedule", "missed"]).json();
    let [report] = &**missed.as_array().unwrap() else {
        panic!("one report: {missed}")
    };
    assert_eq!(report["queued"], 1);
    let count = report["missed"].as_u64().unwrap();
    assert!(count > 8, "those of the pulse are told with them: {report}");

    // Awake again, it waits for the network, and then for its place among those that catch up.
    let look = report["look"].as_i64().unwrap();
    let woke = Timestamp::from_millisecond(look).unwrap();
    let caught_up = until("it to catch up", || {
        let rows = home.rows_of("hourly");
        rows.into_iter().find(|row| row["state"] == "succeeded")
    });
    let started: Timestamp = caught_up["started_at"].as_str().unwrap().parse().unwrap();
    let wait = started.duration_since(woke);
    assert!(wait >= SETTLED, "it started {wait} after the wake");
    let rows = home.rows_of("hourly");
    assert_eq!(accounted(&rows), 8, "nothing more came of it: {rows:#?}");
}
