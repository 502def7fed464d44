//! The disk becomes full, and has space again.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{
    cli::Said,
    desktop::Desktop,
    owned::Owned,
    patience::until,
    scripts::until_file_task,
    search,
    small_disk::SmallDisk,
    window::{Window, program},
};

/// An output that does not fit into what a full database file has left.
const TELLS_MUCH: &str = r#"printf '{"v":1,"type":"output","name":"much","json":"%s"}\n' "$(head -c 20000 /dev/zero | tr '\0' x)" >&3"#;

#[test]
fn a_full_disk_is_said_and_what_was_stored_stays() {
    let desktop = Desktop::without_keychain();
    let Some(mut disk) = small_disk(&desktop) else {
        return;
    };
    disk.cli(&["profile", "add", "anna"]).ok();
    disk.fill();
    says_the_disk_is_full(disk.cli(&["profile", "add", "boris"]));
    says_the_disk_is_full(disk.cli(&["profile", "list"]));

    disk.free();
    let left = disk.cli(&["profile", "list"]).json();
    assert_eq!(left["total"], 1, "{left}");
    assert_eq!(left["rows"][0]["name"], "anna");
    disk.cli(&["profile", "add", "boris"]).ok();
}

#[test]
fn a_run_that_ends_on_a_full_disk_is_told_when_there_is_space_again() {
    let desktop = Desktop::without_keychain();
    let Some(mut disk) = small_disk(&desktop) else {
        return;
    };
    let (go, file) = (desktop.home().join("go"), desktop.home().join("task.json"));
    let mut task = until_file_task("waits", &go);
    let script = task["program"].as_str().unwrap();
    task["program"] = format!("{script}; {TELLS_MUCH}").into();
    fs::write(&file, task.to_string()).unwrap();
    disk.cli(&["task", "add", "-f", text(&file)]).ok();
    let mut engine = Owned::start(&mut disk.cli_command(&["run", "waits", "--wait"]));
    let id = until("the run to start", || {
        let running = disk.cli(&["runs", "--state", "running"]);
        let running: Value = serde_json::from_str(&running.stdout).ok()?;
        running["rows"][0]["id"].as_str().map(str::to_owned)
    });

    disk.fill();
    let mut kept = 0;
    let refused = until("the database to be full", || {
        let said = disk.cli(&["profile", "add", &format!("p{kept}")]);
        kept += u32::from(said.code == 0);
        (said.code != 0).then_some(said)
    });
    says_the_disk_is_full(refused);
    let listed = disk.cli(&["profile", "list", "--limit", "1"]).json();
    assert_eq!(listed["total"], kept, "what was confirmed can be read");
    fs::write(&go, "").unwrap();
    until("the task's process to end", || {
        search::with_argument(text(&go)).is_empty().then_some(())
    });
    says_the_disk_is_full(disk.cli(&["profile", "add", &format!("p{kept}")]));

    disk.free();
    let ended = until("the run to be told", || engine.child().try_wait().unwrap());
    assert!(ended.success(), "{ended}");
    let run = disk.cli(&["show", &id]).json();
    assert_eq!(run["state"], "succeeded", "{run}");
    let brought = run["outputs"]["much"].as_str().map(str::len);
    assert_eq!(brought, Some(20_000), "what it brought is there as well");
    let listed = disk.cli(&["profile", "list"]).json();
    assert_eq!(listed["total"], kept, "nothing confirmed is lost");
}

#[test]
fn the_window_says_that_nothing_can_be_saved_until_it_can() {
    let desktop = Desktop::without_keychain();
    let Some(mut disk) = small_disk(&desktop) else {
        return;
    };
    disk.cli(&["profile", "add", "anna"]).ok();
    let driver = disk.command(program("DROVER_TAURI_DRIVER"));
    let window = Window::open_by(driver, &desktop);
    let page = &window.page;
    page.go("nav-profiles", "#/profiles");
    page.by_id("profile-row-anna");

    disk.fill();
    let mut kept = 0;
    let refused = until("the database to be full", || {
        let said = disk.cli(&["profile", "add", &format!("p{kept}")]);
        kept += u32::from(said.code == 0);
        (said.code != 0).then_some(said)
    });
    says_the_disk_is_full(refused);
    page.sees("cannot save changes until it can write again");
    let bar = page.text("[data-testid=\"status-bar\"]");
    assert!(bar.contains("Engine cannot save"), "{bar}");
    page.by_id("profile-row-anna"); // what is stored can be read meanwhile

    disk.free();
    until("the end of the message", || {
        let message = page.text("[data-testid=\"banner\"]");
        (!message.contains("cannot save")).then_some(())
    });
    let bar = page.text("[data-testid=\"status-bar\"]");
    assert!(!bar.contains("cannot save"), "{bar}");
    disk.cli(&["profile", "add", "boris"]).ok();
    page.by_id("profile-row-boris");
    window.quit(&desktop);
}

#[expect(clippy::print_stderr, reason = "whoever reads the tests must see it")]
fn small_disk(desktop: &Desktop) -> Option<SmallDisk<'_>> {
    let disk = SmallDisk::mount(desktop);
    if disk.is_none() {
        eprintln!("skipped: this system does not let the test mount a small disk of its own");
    }
    disk
}

#[track_caller]
fn says_the_disk_is_full(said: Said) {
    let error = said.fails(13);
    assert_eq!(error["code"], "disk_full", "{error}");
    let words = |key: &str| error[key].as_str().unwrap_or_default();
    assert!(words("message").ends_with("the disk is full"), "{error}");
    assert!(words("hint").starts_with("Free some space"), "{error}");
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
