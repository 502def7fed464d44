//! Times that were missed while nothing was at work.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Home, accounted, has_ended, is_run, until};

#[test]
fn missed_times_are_listed_and_answered_once() {
    let home = Home::new();
    home.add_task(&json!({ "name": "nothing", "kind": "command", "program": "true" }));
    home.add_schedule(&json!({
        "name": "often", "task": "nothing", "when": { "every": "10m" }, "missed": "skip",
    }));
    assert_eq!(home.cli(&["schedule", "missed"]).json(), json!([]));
    home.sleep(Duration::from_mins(61));
    let worker = home.work(None);
    let missed = until("what was missed to be told", || {
        let missed = home.cli(&["schedule", "missed"]).json();
        missed.as_array().unwrap().first().cloned()
    });
    assert_eq!(
        (&missed["missed"], &missed["queued"]),
        (&json!(6), &json!(0))
    );
    let look = missed["look"].to_string();
    let text = home.text(&["schedule", "missed"]);
    assert!(text.contains(&look), "the number to answer with: {text}");
    // It waits for its answer over a start.
    drop(worker);
    assert_eq!(home.cli(&["schedule", "missed"]).json(), json!([missed]));
    home.cli(&["schedule", "missed", &look]).fails(2);

    let _worker = home.work(None);
    let answer = ["schedule", "missed", &look, "run-all"];
    let queued = home.cli(&answer).json();
    assert_eq!(queued.as_array().unwrap().len(), 6);
    assert_eq!(home.cli(&["schedule", "missed"]).json(), json!([]));
    assert_eq!(home.cli(&answer).json(), json!([]), "once");
    let rows = until("them to run", || {
        let rows = home.rows_of("often");
        rows.iter().all(has_ended).then_some(rows)
    });
    let (ran, skipped): (Vec<Value>, Vec<Value>) = rows.into_iter().partition(is_run);
    assert_eq!(accounted(&skipped), 6, "{skipped:#?}");
    assert_eq!(ran.len(), 6);
    assert!(
        ran.iter().all(|row| row["state"] == "succeeded"),
        "{ran:#?}"
    );
}
