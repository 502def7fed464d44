//! Runs that wait for a certain end of another one.

use serde_json::json;

use crate::support::{Home, has_ended, until};

#[test]
fn what_waits_for_a_success_is_skipped_after_a_failure() {
    let home = Home::new();
    for (name, program) in [("fails", "false"), ("works", "true")] {
        home.add_task(&json!({ "name": name, "kind": "command", "program": program }));
    }
    let start = |arguments: &[&str]| {
        let started = home.cli(&[&["run"], arguments].concat()).json();
        started["runs"][0]["id"].as_str().unwrap().to_owned()
    };
    let state = |run: &str| {
        let shown = home.cli(&["show", run]).json();
        (shown["state"].clone(), shown["reason"].clone())
    };
    home.cli(&["queue", "pause"]).ok();
    let first = start(&["fails"]);
    let end = &first[first.len() - 8..];
    let on_success = start(&["works", "--after", end]);
    let on_failure = start(&["works", "--after", &first, "--on", "failed"]);
    let after_that = start(&["works", "--after", &on_success, "--on", "any"]);
    home.cli(&["run", "works", "--on", "any"]).fails(2);
    home.cli(&["run", "works", "--after", "ZZZZZZZZ"]).fails(10);
    let why = home.text(&["why", &on_success]);
    assert!(why.contains("its success"), "{why}");

    let _worker = home.work(None);
    home.cli(&["queue", "resume"]).ok();
    until("all of them to end", || {
        let rows = home.cli(&["runs"]).json()["rows"]
            .as_array()
            .unwrap()
            .clone();
        (rows.len() == 4 && rows.iter().all(has_ended)).then_some(())
    });
    assert_eq!(state(&first).0, "failed");
    let skipped = (json!("skipped"), json!("dependency_failed"));
    assert_eq!(state(&on_success), skipped);
    assert_eq!(state(&after_that), skipped, "a skip is no end");
    assert_eq!(state(&on_failure).0, "succeeded");
    let late = start(&["works", "--after", &first]);
    assert_eq!(state(&late), skipped);
}
