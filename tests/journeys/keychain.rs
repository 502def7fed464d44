//! The keychain is locked in the middle of the work.

use serde_json::json;

use crate::support::{desktop::Desktop, patience::until, window::Window};

const VALUE: &str = "locked-journey-token";

#[test]
fn a_run_waits_for_a_locked_keychain_and_says_so() {
    let desktop = Desktop::new();
    let window = Window::open(&desktop);
    desktop
        .cli_with_input(&["token", "set", "shop"], Some(VALUE))
        .ok();
    desktop.add_task(&json!({
        "name": "uses it", "kind": "command", "shell": true, "program": format!("test \"$SHOP\" = {VALUE}"),
        "tokens": [{ "name": "shop", "env": "SHOP" }]
    }));

    desktop.lock_keychain();
    let error = desktop
        .cli_with_input(&["token", "set", "other"], Some("never-stored-value"))
        .fails(12);
    assert_eq!(error["code"], "keychain_locked", "{error}");
    let words = |key: &str| error[key].as_str().unwrap_or_default();
    assert!(
        words("message").contains("`other`: the keychain is locked"),
        "{error}"
    );
    assert!(words("hint").contains("Unlock"), "{error}");
    let tokens = desktop.cli(&["token", "list"]).json();
    assert_eq!(tokens.as_array().map(Vec::len), Some(1), "{tokens}");

    let started = desktop.cli(&["run", "uses it"]).json();
    let id = started["runs"][0]["id"].as_str().unwrap();
    until("the run to wait for the keychain", || {
        let run = desktop.cli(&["show", id]).json();
        assert!(run["finished_at"].is_null(), "it must wait: {run}");
        (run["state"] == "queued" && run["reason"] == "vault_locked").then_some(())
    });
    let address = json!(format!("#/runs/{id}"));
    window
        .page
        .script("location.hash = arguments[0]", &[address]);
    window.page.sees("The keychain is locked");

    desktop.unlock_keychain();
    desktop.run_becomes(id, "succeeded");
    window.page.sees("Succeeded");
    window.quit(&desktop);
}

#[test]
fn a_task_with_an_unknown_token_does_not_start() {
    let desktop = Desktop::without_keychain();
    desktop.add_task(&json!({
        "name": "asks", "kind": "command", "program": "true", "tokens": [{ "name": "nope" }]
    }));
    let error = desktop.cli(&["run", "asks"]).fails(2);
    assert_eq!(error["field"], "tokens", "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("no token named `nope`"), "{error}");
    assert_eq!(desktop.cli(&["runs"]).json()["total"], 0);
}
