//! What is kept of a profile: cookies in and out, snapshots and back, clones, bundles, extensions.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::support::desktop::Desktop;

const COOKIE: &str = "cookie-journey-value-4711";

fn cookies(desktop: &Desktop, profile: &str) -> Vec<String> {
    let found = desktop.cli(&["cookies", "list", profile]).json();
    let rows = found["cookies"].as_array().unwrap().iter();
    rows.map(|row| row["key"]["name"].as_str().unwrap().to_owned())
        .collect()
}

fn import(desktop: &Desktop, profile: &str, cookies: &Value) -> (i32, Value) {
    let text = cookies.to_string();
    let said = desktop.cli_with_input(&["cookies", "import", profile, "-"], Some(&text));
    (said.code, serde_json::from_str(&said.stdout).unwrap())
}

fn cookie(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value, "domain": ".example.test", "path": "/",
        "expirationDate": 2_000_000_000, "secure": true, "httpOnly": true, "sameSite": "lax" })
}

#[test]
fn a_session_travels_by_cookies_snapshots_clones_and_bundles() {
    let desktop = Desktop::new();
    desktop.cli(&["profile", "add", "anna"]).ok();
    let (code, done) = import(
        &desktop,
        "anna",
        &json!([cookie("sid", COOKIE), cookie("a;b", "x")]),
    );
    assert_eq!(code, 1, "one was skipped: {done}");
    assert_eq!(done["report"]["results"][0]["outcome"]["kind"], "imported");
    assert_eq!(done["report"]["results"][1]["outcome"]["kind"], "skipped");
    assert_eq!(cookies(&desktop, "anna"), ["sid"]);

    let kept = desktop
        .cli(&["profile", "snapshot", "anna", "--note", "signed in"])
        .json();
    import(&desktop, "anna", &json!([cookie("later", "1")]));
    assert_eq!(cookies(&desktop, "anna"), ["later", "sid"]);
    let back = desktop.cli(&["profile", "rollback", "anna"]).json();
    assert_eq!(back["to"], kept["id"]);
    assert_eq!(cookies(&desktop, "anna"), ["sid"]);
    let undo = back["undo"]["id"].as_str().unwrap();
    desktop.cli(&["profile", "rollback", "anna", undo]).ok();
    assert_eq!(
        cookies(&desktop, "anna"),
        ["later", "sid"],
        "a rollback can be undone"
    );

    desktop
        .cli(&["profile", "clone", "anna", "--name", "berta"])
        .ok();
    assert_eq!(cookies(&desktop, "berta"), ["later", "sid"]);

    let file = desktop.home().join("anna.zip");
    let file = file.to_str().unwrap();
    desktop
        .cli(&["profile", "pack", "anna", file, "--logins"])
        .ok();
    assert_eq!(
        std::fs::metadata(file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    desktop
        .cli(&["profile", "unpack", file, "--name", "carl"])
        .ok();
    assert_eq!(cookies(&desktop, "carl"), ["later", "sid"]);

    let bytes = std::fs::read(file).unwrap();
    std::fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
    let refused = desktop
        .cli(&["profile", "unpack", file, "--name", "dora"])
        .fails(14);
    assert_eq!(refused["code"], "unsafe_import", "{refused}");
    let profiles = desktop.cli(&["profile", "list"]).json();
    assert_eq!(
        profiles["total"], 3,
        "nothing is left of a bundle that was refused"
    );

    let text = desktop
        .cli(&["cookies", "export", "anna", "--format", "netscape"])
        .ok();
    assert!(text.contains(&format!("sid\t{COOKIE}")), "{text}");
    let usage = desktop.cli(&["profile", "usage", "anna"]).json();
    assert!(usage["logins"].as_u64().unwrap() > 0, "{usage}");
    desktop.cli(&["profile", "sweep", "anna"]).ok();
    assert_eq!(
        cookies(&desktop, "anna"),
        ["later", "sid"],
        "a sweep keeps sign-ins"
    );
}

#[test]
fn an_extension_is_loaded_and_shown_as_such() {
    let desktop = Desktop::new();
    desktop.cli(&["profile", "add", "anna"]).ok();
    let source = desktop.home().join("helper");
    std::fs::create_dir(&source).unwrap();
    let manifest = json!({ "manifest_version": 3, "name": "Helper", "version": "1.0",
        "content_scripts": [{ "matches": ["http://127.0.0.1/*"], "js": ["mark.js"] }] });
    std::fs::write(source.join("manifest.json"), manifest.to_string()).unwrap();
    std::fs::write(source.join("mark.js"), "document.title = 'helped'").unwrap();
    desktop
        .cli(&["extension", "add", "anna", source.to_str().unwrap()])
        .ok();

    let shop = crate::support::shop::Shop::start();
    desktop.add_task(&json!({
        "name": "look", "kind": "steps", "profiles": { "names": ["anna"] },
        "steps": [
            { "do": "open", "url": shop.url() },
            { "do": "evaluate", "script": "document.title", "as": "title" },
        ]
    }));
    let run = desktop.cli(&["run", "look", "--wait"]).json();
    assert_eq!(run["runs"][0]["outputs"]["title"], "helped", "{run}");

    let old = desktop.home().join("old");
    std::fs::create_dir(&old).unwrap();
    std::fs::write(
        old.join("manifest.json"),
        r#"{"manifest_version":2,"name":"Old","version":"1"}"#,
    )
    .unwrap();
    let refused = desktop
        .cli(&["extension", "add", "anna", old.to_str().unwrap()])
        .fails(14);
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains("manifest version 2"), "{message}");
}
