//! The tray, read and clicked through D-Bus as a desktop does.

use crate::support::{desktop::Desktop, patience::until, tray_host::TrayHost, window::Window};

#[test]
fn the_tray_counts_pauses_and_quits() {
    let desktop = Desktop::new();
    let host = TrayHost::open(&desktop);
    let _window = Window::open(&desktop);
    host.line("Open Drover");
    desktop.add_task(&serde_json::json!({ "name": "nap", "kind": "command", "program": "sleep", "args": ["600"] }));
    let started = desktop.cli(&["run", "nap"]).json();
    let id = started["runs"][0]["id"].as_str().unwrap().to_owned();
    host.line("1 running");
    host.line("nap");

    let pause = host.line("Pause");
    host.click(&pause);
    host.line("Resume");
    desktop.cli(&["run", "nap"]).ok();
    host.line("1 queued");
    let resume = host.line("Resume");
    host.click(&resume);
    host.line("2 running");

    let runs = desktop.cli(&["runs", "--state", "running"]).json();
    for run in runs["rows"].as_array().unwrap() {
        desktop.cli(&["cancel", run["id"].as_str().unwrap()]).ok();
    }
    until("both runs to end", || {
        let live = desktop.cli(&["runs", "--state", "running"]).json();
        (live["total"] == 0 && desktop.cli(&["show", &id]).json()["state"] == "cancelled")
            .then_some(())
    });

    let pid = Window::pid(&desktop);
    let quit = host.line("Quit");
    host.click(&quit);
    until("the app to quit", || {
        (!crate::support::search::processes().contains(&pid)).then_some(())
    });
}
