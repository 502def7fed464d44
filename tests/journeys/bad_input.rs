//! Bad input gets a clear message that names the thing, and nothing is lost.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::support::{desktop::Desktop, window::program};

#[test]
fn unknown_things_are_named() {
    let desktop = Desktop::new();
    let error = desktop.cli(&["profile", "show", "nobody"]).fails(10);
    assert_eq!(
        (error["code"].as_str(), error["message"].as_str()),
        (Some("profile_not_found"), Some("no profile named `nobody`"))
    );
    assert_eq!(
        desktop.cli(&["run", "nothing"]).fails(10)["code"],
        "task_not_found"
    );
    let error = desktop.cli(&["proxy", "add", "p", "ftp://h:1"]).fails(2);
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("`ftp://` is not supported"),
        "{error}"
    );
    let error = desktop
        .cli(&["profile", "add", "anna", "--token", "nope"])
        .fails(2);
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("no token named `nope`"),
        "{error}"
    );
    assert_eq!(
        desktop.cli(&["profile", "list"]).json()["total"],
        0,
        "nothing was made by halves"
    );
}

#[test]
fn a_broken_file_has_line_and_column() {
    let desktop = Desktop::new();
    let error = desktop
        .cli_with_input(&["task", "add", "-f", "-"], Some("{\n  \"name\": }"))
        .fails(2);
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("line 2") && message.contains("column"),
        "{error}"
    );
    std::fs::write(
        desktop.home().join("p.json"),
        "[{\"profile_name\": \"a\",}]",
    )
    .unwrap();
    let error = desktop.cli(&["profile", "import", "p.json"]).fails(2);
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("line 1") && message.contains("column"),
        "{error}"
    );
}

#[test]
fn what_is_missing_on_the_machine_fails_the_run_in_words() {
    let desktop = Desktop::new();
    desktop
        .cli(&["profile", "add", "gone", "--browser", "/nowhere/chrome"])
        .ok();
    desktop.cli(&["profile", "add", "anna"]).ok();
    let step = json!([{ "do": "open", "url": "about:blank" }]);
    desktop.add_task(&json!({ "name": "no browser", "kind": "steps", "steps": step, "profiles": { "names": ["gone"] } }));
    let script = desktop.home().join("gone.mjs");
    desktop.add_task(&json!({ "name": "no script", "kind": "playwright", "script": script, "profiles": { "names": ["anna"] } }));
    for (task, reason, named) in [
        ("no browser", "browser_unavailable", "`/nowhere/chrome`"),
        ("no script", "script_missing", "gone.mjs"),
    ] {
        let said = desktop.cli(&["run", task, "--wait"]);
        assert_eq!(said.code, 1, "{task}: {}{}", said.stdout, said.stderr);
        let run: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        assert_eq!(run["runs"][0]["reason"], reason, "{task}: {run}");
        assert!(
            run["runs"][0]["message"]
                .as_str()
                .is_some_and(|words| words.contains(named)),
            "{task}: {run}"
        );
    }
}

#[test]
fn without_node_a_playwright_task_says_so_and_commands_work() {
    let desktop = Desktop::new();
    desktop.cli(&["profile", "add", "anna"]).ok();
    desktop.add_task(&json!({ "name": "script", "kind": "playwright", "inline": "console.log(1)", "profiles": { "names": ["anna"] } }));
    desktop.add_task(&json!({ "name": "command", "kind": "command", "program": "/bin/true" }));
    let on_bare_path = |task: &str| {
        desktop
            .cli_command(&["run", task, "--wait"])
            .env("PATH", "/nonexistent")
            .output()
            .unwrap()
    };
    let run: serde_json::Value = serde_json::from_slice(&on_bare_path("script").stdout).unwrap();
    assert_eq!(run["runs"][0]["reason"], "node_unavailable", "{run}");
    assert!(on_bare_path("command").status.success());
}

#[test]
fn without_a_keychain_tokens_are_refused_and_the_rest_works() {
    let desktop = Desktop::without_keychain();
    let error = desktop
        .cli_with_input(&["token", "set", "shop"], Some("never-written-value"))
        .fails(12);
    assert_eq!(error["code"], "keychain_absent", "{error}");
    desktop.cli(&["profile", "add", "anna"]).ok();
    desktop.add_task(&json!({ "name": "command", "kind": "command", "program": "true" }));
    assert_eq!(desktop.cli(&["run", "command", "--wait"]).code, 0);
    let written =
        crate::support::search::files_with(&desktop.data(), &[b"never-written-value".to_vec()]);
    assert!(
        written.is_empty(),
        "nothing is written in plain text: {written:?}"
    );
}

#[test]
fn a_second_drover_and_a_newer_database_are_refused_untouched() {
    let desktop = Desktop::new();
    desktop.cli(&["profile", "add", "anna"]).ok();
    let database = desktop.data().join("drover.db");
    let lock = std::fs::File::options()
        .read(true)
        .write(true)
        .open(desktop.data().join("drover.lock"))
        .unwrap();
    lock.lock().unwrap();
    assert_eq!(
        desktop.cli(&["profile", "list"]).fails(11)["code"],
        "already_running"
    );
    drop(lock);

    let mut bytes = std::fs::read(&database).unwrap();
    // `user_version` is a big-endian number at byte 60 of the header (SQLite file format, 1.3).
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    std::fs::write(&database, &bytes).unwrap();
    assert_eq!(
        desktop.cli(&["profile", "list"]).fails(14)["code"],
        "newer_schema"
    );
    assert_eq!(
        std::fs::read(&database).unwrap(),
        bytes,
        "the file was not touched"
    );
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let desktop = Desktop::new();
    let file = desktop.home().join("a-file");
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o400)).unwrap();
    let output = desktop
        .command(program("DROVER_CLI_BIN"))
        .arg("--data-dir")
        .arg(file.join("data"))
        .args(["--json", "runs"])
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(13),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
