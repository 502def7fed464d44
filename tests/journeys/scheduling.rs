//! A schedule is made in the window, fires by itself, and is paused there.

use crate::support::{desktop::Desktop, patience::until, window::Window};

#[test]
fn a_schedule_made_in_the_window_fires_until_it_is_paused() {
    let desktop = Desktop::without_keychain();
    desktop.add_task(&serde_json::json!({ "name": "beat", "kind": "command", "program": "true" }));
    let window = Window::open(&desktop);
    let page = &window.page;
    page.go("nav-schedules", "#/schedules");
    page.by_id("schedules-empty");
    page.click_id("schedule-new");
    page.fill("schedule-name", "heartbeat");
    page.script(
        "const field = document.querySelector('[data-testid=\"schedule-task\"]');
         field.value = 'beat'; field.dispatchEvent(new Event('change', { bubbles: true }))",
        &[],
    );

    // What is wrong is said while it is typed, in words.
    page.click_id("schedule-trigger-every");
    page.fill("schedule-every", "often");
    page.sees("is not a length of time");
    page.fill("schedule-every", "2s");
    page.sees("Every 2 seconds");
    page.click_id("schedule-save");
    page.click_id("schedule-confirm"); // more than one start a minute is asked about
    page.by_id("schedule-on-heartbeat");

    let fired = || {
        let runs = desktop.cli(&["runs", "--task", "beat"]).json();
        let rows = runs["rows"].as_array().unwrap().clone();
        rows.iter()
            .filter(|run| run["state"] == "succeeded")
            .count()
    };
    until("two runs by the schedule", || (fired() >= 2).then_some(()));
    page.click_id("schedule-on-heartbeat");
    page.sees("Paused");
    let listed = desktop.cli(&["schedule", "list"]).json();
    let text = listed.to_string();
    assert!(text.contains("paused"), "{text}");
    window.quit(&desktop);
}
