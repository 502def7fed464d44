//! The queue: limits, turns, and why a run waits.

use serde_json::Value;

use crate::support::{desktop::Desktop, patience::until, scripts::until_file_task, window::Window};

fn start(desktop: &Desktop, words: &[&str]) -> String {
    let started = desktop.cli(words).json();
    started["runs"][0]["id"].as_str().unwrap().to_owned()
}

fn why(desktop: &Desktop, run: &str) -> Vec<Value> {
    let reasons = desktop.cli(&["why", run]).json();
    reasons.as_array().unwrap().clone()
}

#[test]
fn a_limit_holds_runs_back_and_says_which_runs_are_in_the_way() {
    let desktop = Desktop::without_keychain();
    let window = Window::open(&desktop);
    let file = desktop.home().join("go-on");
    desktop.add_task(&until_file_task("hold", &file));
    desktop.add_task(&until_file_task("other", &file));
    let limits = desktop.cli(&["queue", "limit", "task:hold", "1"]).json();
    assert_eq!(limits[0]["capacity"], 1, "{limits}");

    let first = desktop.start_run("hold");
    let second = start(&desktop, &["run", "hold"]);
    let other = desktop.start_run("other");
    let third = start(&desktop, &["run", "hold", "--priority", "8"]);
    let reasons = why(&desktop, &third);
    assert_eq!(reasons[0]["code"], "resource_full", "{reasons:?}");
    assert_eq!(reasons[0]["blocked_by"], serde_json::json!([first]));
    let queue = desktop.cli(&["queue", "show"]).json();
    let waiting = queue["waiting"].as_array().unwrap();
    let order: Vec<_> = waiting.iter().map(|run| &run["row"]["id"]).collect();
    assert_eq!(order, [&third, &second], "the higher priority is first");
    assert_eq!(queue["live"].as_array().unwrap().len(), 2);

    let changed = desktop.cli(&["queue", "priority", "9", &second]).json();
    assert_eq!(changed["changed"], 1);
    let reasons = why(&desktop, &third);
    assert_eq!(reasons[0]["code"], "lane_order", "{reasons:?}");
    let stopped = desktop.cli(&["queue", "clear", "--task", "hold", "--waiting"]);
    assert_eq!(stopped.json()["stopped"], 2);
    desktop.run_becomes(&third, "cancelled");

    std::fs::write(&file, "").unwrap();
    desktop.run_becomes(&first, "succeeded");
    desktop.run_becomes(&other, "succeeded");
    let drained = desktop.cli(&["queue", "drain"]).json();
    assert_eq!(
        (&drained["running"], &drained["paused"]),
        (&0.into(), &true.into())
    );
    let last = start(&desktop, &["run", "hold"]);
    until("it to wait for the queue", || {
        (why(&desktop, &last)[0]["code"] == "paused").then_some(())
    });
    desktop.cli(&["queue", "resume"]).ok();
    desktop.run_becomes(&last, "succeeded");
    let refused = desktop.cli(&["queue", "limit", "task:hold", "--rate", "fast"]);
    assert!(refused.stderr.contains("10/1m"), "{}", refused.stderr);
    window.quit(&desktop);
}

#[test]
fn the_queue_page_pauses_one_task_drains_and_stops_what_runs() {
    let desktop = Desktop::without_keychain();
    let window = Window::open(&desktop);
    let page = &window.page;
    let file = desktop.home().join("go-on");
    desktop.add_task(&until_file_task("hold", &file));
    desktop.add_task(&until_file_task("other", &file));
    let first = desktop.start_run("hold");
    page.go("nav-queue", "#/queue");
    page.by_id(&format!("live-stop-{first}"));

    page.click_id("pause-new");
    page.fill("pause-name", "other");
    page.fill("pause-lasts", "30m");
    page.fill("pause-note", "the shop is down");
    page.click_id("pause-save");
    page.by_id("pause-task:other");
    page.sees("the shop is down");
    let other = start(&desktop, &["run", "other"]);
    until("it to wait for its task", || {
        (why(&desktop, &other)[0]["code"] == "paused").then_some(())
    });
    page.click_id("pause-resume-task:other");
    desktop.run_becomes(&other, "running");

    page.click_id("queue-toggle");
    page.sees("Drains: 2 runs go on until they end");
    page.click_id(&format!("live-stop-{other}"));
    desktop.run_becomes(&other, "cancelled");
    std::fs::write(&file, "").unwrap();
    desktop.run_becomes(&first, "succeeded");
    page.sees("Drained: nothing runs and nothing starts");
    page.click_id("queue-toggle");
    until("the queue to be open", || {
        (desktop.cli(&["queue", "show"]).json()["paused"] == false).then_some(())
    });
    window.quit(&desktop);
}
