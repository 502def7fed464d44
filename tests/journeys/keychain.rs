//! The keychain is locked in the middle of the work.

use serde_json::json;

use crate::support::{desktop::Desktop, patience::until, shop::Shop, window::Window};

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
        let why = desktop.cli(&["why", id]).json();
        (why[0]["code"] == "vault_locked").then_some(())
    });
    let run = desktop.cli(&["show", id]).json();
    assert_eq!(
        run["attempt"], 1,
        "waiting for the keychain is no attempt: {run}"
    );
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
fn a_browser_is_not_started_without_the_key_of_its_cookies() {
    let desktop = Desktop::gnome();
    let window = Window::open(&desktop);
    let shop = Shop::start();
    desktop.cli(&["profile", "add", "anna"]).ok();
    desktop
        .cli(&["profile", "add", "ben", "--encryption", "portable"])
        .ok();
    for name in ["anna", "ben"] {
        desktop.add_task(&json!({
            "name": name, "kind": "steps", "profiles": { "names": [name] },
            "steps": [{ "do": "open", "url": shop.url() }]
        }));
        let ran = desktop.cli(&["run", name, "--wait"]).json();
        assert_eq!(ran["runs"][0]["state"], "succeeded", "{ran}");
    }
    let anna = desktop.cli(&["profile", "show", "anna"]).json();
    assert_eq!(anna["password_store"], "gnome-libsecret", "{anna}");
    let refused = desktop
        .cli(&["profile", "edit", "anna", "--encryption", "portable"])
        .fails(2);
    assert_eq!(refused["field"], "encryption", "{refused}");
    desktop.cli(&["profile", "close", "anna"]).ok();
    desktop.cli(&["profile", "close", "ben"]).ok();

    desktop.lock_keychain();
    let ran = desktop.cli(&["run", "ben", "--wait"]).json();
    assert_eq!(ran["runs"][0]["state"], "succeeded", "it needs no keychain");
    let started = desktop.cli(&["run", "anna"]).json();
    let id = started["runs"][0]["id"].as_str().unwrap();
    until("the run to wait for the key", || {
        let run = desktop.cli(&["show", id]).json();
        assert!(run["finished_at"].is_null(), "it must wait: {run}");
        (run["state"] == "queued" && run["reason"] == "vault_locked").then_some(())
    });
    desktop.unlock_keychain();
    desktop.run_becomes(id, "succeeded");
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
