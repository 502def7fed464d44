//! Fan-outs by the command line: shown, stopped, run again.

use serde_json::{Value, json};

use crate::support::{Home, has_ended, until};

/// Succeeds once there is a file of the row's name.
fn home_with_task() -> Home {
    let home = Home::new();
    home.add_task(&json!({
        "name": "look", "kind": "command", "program": "test",
        "args": ["-e", "{{ params.file }}"], "parameters": { "file": { "type": "string" } },
    }));
    home.add_task(&json!({
        "name": "stay", "kind": "command", "program": "sleep", "args": ["{{ params.seconds }}"],
        "parameters": { "seconds": { "type": "number" } },
    }));
    home
}

fn counts(batch: &Value) -> [u64; 4] {
    ["total", "succeeded", "failed", "cancelled"]
        .map(|what| batch["counts"][what].as_u64().unwrap())
}

fn batches(home: &Home) -> Vec<Value> {
    let list = home.cli(&["batch", "list"]).json();
    list["rows"].as_array().unwrap().clone()
}

#[test]
fn what_failed_of_a_batch_is_run_again_as_a_batch() {
    let home = home_with_task();
    let file = tempfile::NamedTempFile::new().unwrap();
    let (there, missing) = (file.path().display(), file.path().with_extension("missing"));
    let table = format!("file\n{there}\n{}\n{there}\n", missing.display());
    let bad = home.cli_with_input(&["run", "look", "--csv", "-"], "colour\nred\n");
    assert_eq!(bad.fails(2)["field"], "csv");
    assert_eq!(batches(&home), Vec::<Value>::new(), "nothing was started");

    let start = ["run", "look", "--csv", "-", "--max-parallel", "1", "--wait"];
    let started = home.cli_with_input(&start, &table);
    assert!(started.code != Some(0), "one of its runs has failed");
    let [batch] = &*batches(&home) else {
        panic!("one batch")
    };
    assert_eq!(counts(batch), [3, 2, 1, 0]);
    assert_eq!(batch["limits"]["max_parallel"], 1);
    let id = batch["id"].as_str().unwrap();
    let end = id[id.len() - 6..].to_lowercase();
    let shown = home.cli(&["batch", "show", &end]).json();
    assert_eq!(shown["id"], id);
    let text = home.text(&["batch", "show", &end]);
    assert!(text.contains("2 succeeded, 1 failed"), "{text}");
    home.cli(&["batch", "show", "ZZZZZZ"]).fails(10);

    // What was missing is there now.
    std::fs::write(&missing, "").unwrap();
    let retried = home.cli(&["batch", "retry", &end, "--wait"]).json();
    let runs = retried["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 1, "the one that failed: {retried}");
    let newest = &batches(&home)[0];
    assert_eq!(counts(newest), [1, 1, 0, 0]);
    assert_eq!(newest["retry_of"], id);
    let newest = newest["id"].as_str().unwrap();
    home.cli(&["batch", "retry", newest]).fails(11);
    std::fs::remove_file(missing).unwrap();
}

#[test]
fn a_batch_is_cancelled_as_far_as_it_waits_or_as_a_whole() {
    let home = home_with_task();
    // It takes the runs, so that the commands after it need not wait for them.
    let _worker = home.work(None);
    let start = ["run", "stay", "--csv", "-", "--max-parallel", "1"];
    let started = home.cli_with_input(&start, "seconds\n600\n600\n600\n");
    let runs = started.json()["runs"].as_array().unwrap().clone();
    assert_eq!(runs.len(), 3);
    let id = batches(&home)[0]["id"].as_str().unwrap().to_owned();
    let show = || home.cli(&["batch", "show", &id]).json();
    until("one of them to run", || {
        (show()["counts"]["running"] == 1).then_some(())
    });
    let held = home.cli(&["batch", "cancel", &id, "--waiting"]).json();
    assert_eq!(counts(&held), [3, 0, 0, 2], "what runs goes on");
    assert_eq!(held["counts"]["running"], 1);
    home.cli(&["batch", "cancel", &id]).ok();
    let done = until("the last of them to end", || {
        let batch = show();
        (batch["finished_at"] != Value::Null).then_some(batch)
    });
    assert_eq!(counts(&done), [3, 0, 0, 3]);
    let live = home.cli(&["batch", "list", "--live"]).json();
    assert_eq!(live["rows"], json!([]));
    let rows = home.cli(&["runs", "--batch", &id]).json();
    assert!(rows["rows"].as_array().unwrap().iter().all(has_ended));
}
