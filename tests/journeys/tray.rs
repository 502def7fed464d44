//! The tray, read and clicked through D-Bus as a desktop does.

use std::{fs, time::Duration};

use crate::support::{
    desktop::Desktop,
    patience::{until, within},
    screen::Screen,
    scripts::until_file_task,
    tray_host::TrayHost,
    window::Window,
};

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
    desktop.run_becomes(&id, "cancelled");
    host.line("0 running · 0 queued"); // the menu of the end, which nothing changes any more

    let pid = Window::pid(&desktop);
    let quit = host.line("Quit");
    host.click(&quit);
    Window::is_gone(pid);
}

#[test]
fn closing_hides_the_window_only_while_a_tray_would_lead_back_to_it() {
    let desktop = Desktop::without_keychain();
    let window = Window::open(&desktop);
    let page = &window.page;
    let screen = Screen::of(&desktop);
    let pid = Window::pid(&desktop);
    let go = desktop.home().join("go");
    desktop.add_task(&until_file_task("waits", &go));
    let run = desktop.start_run("waits");

    // Without a host a person is asked, since a run is live.
    screen.shows_the_window();
    screen.close_window();
    page.by_id("quit-dialog");
    page.sees("1 run is active");
    page.click_id("quit-stay");

    // A host comes: closing hides, and the tray leads back.
    let host = TrayHost::open(&desktop);
    host.line("1 running");
    until("closing to hide the window", || {
        screen.close_window();
        within(Duration::from_secs(2), || {
            (!screen.is_shown()).then_some(())
        })
    });
    host.click(&host.line("Open Drover"));
    screen.shows_the_window();

    // The host goes while the window is hidden: it comes back by itself.
    screen.close_window();
    screen.hides_the_window();
    host.leave();
    screen.shows_the_window();
    assert_eq!(desktop.cli(&["show", &run]).json()["state"], "running");

    // Without a host and without runs, closing quits.
    fs::write(&go, "").unwrap();
    desktop.run_becomes(&run, "succeeded");
    screen.close_window();
    Window::is_gone(pid);
}

#[test]
fn quitting_asks_about_a_run_and_finishing_it_loses_nothing() {
    let desktop = Desktop::without_keychain();
    let host = TrayHost::open(&desktop);
    let window = Window::open(&desktop);
    let screen = Screen::of(&desktop);
    let pid = Window::pid(&desktop);
    let go = desktop.home().join("go");
    desktop.cli(&["profile", "add", "anna"]).ok();
    let mut task = until_file_task("waits", &go);
    task["profiles"] = serde_json::json!({ "names": ["anna"] });
    desktop.add_task(&task);
    let run = desktop.start_run("waits");
    let next = desktop.cli(&["run", "waits"]).json();
    let next = next["runs"][0]["id"].as_str().unwrap();

    host.line("1 running · 1 queued");
    host.click(&host.line("Quit"));
    window.page.by_id("quit-dialog");
    window.page.sees("1 run is active");
    // A window that is hidden may not come to answer the click.
    window.page.click_to_leave("quit-finish");
    screen.hides_the_window();
    assert_eq!(desktop.cli(&["show", &run]).json()["state"], "running");

    fs::write(&go, "").unwrap();
    Window::is_gone(pid);
    assert_eq!(desktop.cli(&["show", &run]).json()["state"], "succeeded");
    assert_eq!(
        desktop.cli(&["show", next]).json()["state"],
        "queued",
        "what had not started stays in the queue"
    );
}
