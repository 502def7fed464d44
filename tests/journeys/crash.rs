//! Drover is killed in the middle of a run.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{
    desktop::Desktop, patience, scripts::sign_in_task, search, shop::Shop, window::Window,
};

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
    let profiles = desktop.data().join("profiles");
    let profiles = profiles.to_str().unwrap();
    assert!(
        !search::with_argument(profiles).is_empty(),
        "the profile's browser runs"
    );

    let app = Pid::from_raw(i32::try_from(Window::pid(&desktop)).unwrap()).unwrap();
    kill_process(app, Signal::KILL).unwrap();
    let gone = patience::within(Duration::from_secs(2), || {
        search::with_argument(profiles).is_empty().then_some(())
    });
    assert!(
        gone.is_some(),
        "a browser is left: {:?}",
        search::with_argument(profiles)
    );
    drop(window);

    assert_eq!(desktop.cli(&["show", &id]).json()["state"], "lost");
    let again = desktop.cli(&["run", "sign-in", "--wait"]).json();
    assert_eq!(
        again["runs"][0]["state"], "succeeded",
        "the profile opens again: {again}"
    );
}
