//! Drover is killed in the middle of a run.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{
    desktop::Desktop, patience, rounds::rounds, scripts::sign_in_task, search, shop::Shop,
    window::Window,
};

/// How long a browser may outlive the Drover that started it.
const REST: Duration = Duration::from_secs(2);

/// Kills the app as nothing announces it, and proves that no browser of the data folder outlives it.
fn kill_drover(desktop: &Desktop, window: Window) {
    let profiles = desktop.data().join("profiles");
    let profiles = profiles.to_str().unwrap();
    assert!(
        !search::with_argument(profiles).is_empty(),
        "the profile's browser runs"
    );
    let app = Pid::from_raw(i32::try_from(Window::pid(desktop)).unwrap()).unwrap();
    kill_process(app, Signal::KILL).unwrap();
    let gone = patience::within(REST, || {
        search::with_argument(profiles).is_empty().then_some(())
    });
    assert!(
        gone.is_some(),
        "a browser is left: {:?}",
        search::with_argument(profiles)
    );
    drop(window);
}

#[test]
fn after_a_kill_no_browser_is_left_and_the_run_is_lost() {
    let desktop = Desktop::new();
    let shop = Shop::start();
    let window = Window::open(&desktop);
    desktop
        .cli_with_input(&["token", "set", "shop"], Some("crash-journey-token"))
        .ok();
    desktop.cli(&["profile", "add", "anna"]).ok();
    desktop.add_task(&sign_in_task("sign-in", "anna", &shop.url(), "shop"));
    let started = desktop.cli(&["run", "sign-in"]).json();
    let id = started["runs"][0]["id"].as_str().unwrap().to_owned();
    patience::until("the script to be in the middle of it", || {
        desktop
            .cli(&["log", &id])
            .stdout
            .contains("tick 1")
            .then_some(())
    });
    kill_drover(&desktop, window);

    assert_eq!(desktop.cli(&["show", &id]).json()["state"], "lost");
    let again = desktop.cli(&["run", "sign-in", "--wait"]).json();
    assert_eq!(
        again["runs"][0]["state"], "succeeded",
        "the profile opens again: {again}"
    );
}

/// Signed in by a cookie that was set once, every life of Drover is killed while a page of the profile is open.
#[test]
fn endurance_of_sessions_over_killed_drovers() {
    let desktop = Desktop::new();
    let shop = Shop::start();
    desktop.cli(&["profile", "add", "anna"]).ok();
    let session = json!([{
        "name": "sid", "value": "1", "domain": "127.0.0.1", "path": "/", "expirationDate": 4_000_000_000_u64
    }]);
    desktop
        .cli_with_input(
            &["cookies", "import", "anna", "-"],
            Some(&session.to_string()),
        )
        .ok();
    desktop.add_task(&json!({
        "name": "look", "kind": "steps", "profiles": { "names": ["anna"] },
        "steps": [
            { "do": "open", "url": shop.url() },
            { "do": "evaluate", "script": "document.cookie", "as": "cookie" },
            { "do": "wait", "for": { "time": "10m" }, "timeout": "20m" }
        ]
    }));
    let mut lost: Vec<String> = Vec::new();
    for round in 0..rounds(2) {
        let window = Window::open(&desktop);
        for id in &lost {
            desktop.run_becomes(id, "lost");
        }
        let id = desktop.start_run("look");
        let cookie = patience::until("the page to be open", || {
            let run = desktop.cli(&["show", &id]).json();
            run["outputs"].get("cookie").cloned()
        });
        assert_eq!(cookie, Value::from("sid=1"), "round {round}");
        kill_drover(&desktop, window);
        lost = vec![id];
    }
}
