//! What is asked about rules, and what is done with kept schedules.

use serde_json::{Value, json};

use crate::support::Home;

fn nothing() -> Value {
    json!({ "name": "nothing", "kind": "command", "program": "true" })
}

fn names(list: &Value) -> Vec<&str> {
    let rows = list["rows"].as_array().unwrap().iter();
    rows.map(|row| row["spec"]["name"].as_str().unwrap())
        .collect()
}

#[test]
fn a_rule_is_told_and_simulated_before_anything_is_kept() {
    let home = Home::new();
    let rule = ["schedule", "next", "--cron", "0 9 * * MON-FRI"];
    let zone = ["--tz", "Europe/Berlin", "-n", "3"];
    let from = ["--from", "2026-03-27T00:00:00Z"];
    let told = home.cli(&[&rule[..], &zone, &from].concat()).json();
    let next = told["next"].as_array().unwrap().iter();
    let next: Vec<&str> = next.map(|run| run["at"].as_str().unwrap()).collect();
    // A weekend later the clocks have gone forward.
    let expected = [
        "2026-03-27T08:00:00Z",
        "2026-03-30T07:00:00Z",
        "2026-03-31T07:00:00Z",
    ];
    assert_eq!(next, expected);
    let text = home.text(&[&rule[..], &zone, &from].concat());
    assert!(text.contains("Every weekday at 09:00"), "{text}");
    assert!(text.contains("CEST"), "{text}");

    let wrong = home.cli(&["schedule", "next", "--cron", "61 9 * * *"]);
    let wrong = wrong.fails(2);
    assert_eq!(wrong["field"], "when.cron");
    let message = wrong["message"].as_str().unwrap();
    assert!(message.contains("61 9 * * *\n    ^^"), "{message}");
    let never = ["schedule", "next", "--cron", "0 0 31 2 *"];
    home.cli(&never).fails(2);
    let zone = [
        "schedule",
        "next",
        "--cron",
        "@daily",
        "--tz",
        "Europe/Berln",
    ];
    let zone = home.cli(&zone).fails(2);
    assert!(
        zone["message"].as_str().unwrap().contains("Europe/Berlin"),
        "{zone}"
    );

    let year = [
        "schedule",
        "simulate",
        "--cron",
        "30 2 * * *",
        "--tz",
        "UTC",
    ];
    let year = home.cli(&[&year[..], &["--days", "365"]].concat()).json();
    assert_eq!(year["simulation"]["runs"], 365);
    home.add_task(&nothing());
    let when = json!({ "cron": "0 */6 * * *", "tz": "UTC" });
    home.add_schedule(&json!({ "name": "kept", "task": "nothing", "when": when }));
    let all = home.cli(&["schedule", "simulate", "--days", "10"]).json();
    assert_eq!(all["kept"]["simulation"]["runs"], 40, "{all}");
}

#[test]
fn a_schedule_is_paused_resumed_removed_and_brought_back() {
    let home = Home::new();
    home.add_task(&nothing());
    let file = |cron: &str| {
        let when = json!({ "cron": cron, "tz": "UTC" });
        json!({ "name": "mornings", "task": "nothing", "when": when })
    };
    home.add_schedule(&file("0 9 * * *"));
    let list = || home.cli(&["schedule", "list"]).json();
    let show = || {
        let shown = home.cli(&["schedule", "show", "Mornings"]).json();
        shown["schedule"].clone()
    };
    assert_eq!(show()["state"], "active");
    assert_eq!(show()["words"], "Every day at 09:00");

    let pause = ["schedule", "pause", "mornings", "--note", "on holiday"];
    let until = ["--until", "2999-01-01T00:00:00Z"];
    let paused = home.cli(&[&pause[..], &until].concat()).json();
    assert_eq!(paused["paused"], json!(["mornings"]));
    let shown = show();
    assert_eq!(shown["state"], "paused");
    assert_eq!(shown["pause"]["note"], "on holiday");
    assert_eq!(shown["next"], Value::Null);
    let past = ["schedule", "pause", "mornings", "--until"];
    let past = home.cli(&[&past[..], &["2001-01-01T00:00:00Z"]].concat());
    assert_eq!(past.fails(2)["field"], "until");
    home.cli(&["schedule", "resume", "mornings"]).ok();
    assert_eq!(show()["state"], "active");

    let edit = ["schedule", "edit", "-f", "-"];
    let edited = home.cli_with_input(&edit, &file("30 7 * * *").to_string());
    let edited = edited.json();
    assert_eq!(edited["version"], 2);
    assert_eq!(edited["words"], "Every day at 07:30");

    home.cli(&["schedule", "remove", "mornings"]).ok();
    assert_eq!(names(&list()), Vec::<&str>::new());
    home.cli(&["schedule", "show", "mornings"]).fails(10);
    let trash = home.cli(&["schedule", "list", "--removed"]).json();
    assert_eq!(names(&trash), ["mornings"]);
    home.cli(&["schedule", "restore", "mornings"]).ok();
    assert_eq!(names(&list()), ["mornings"]);
    home.cli(&["schedule", "restore", "mornings"]).fails(10);
}

#[test]
fn a_clash_is_shown_in_the_calendar_and_mended() {
    let home = Home::new();
    home.cli(&["profile", "add", "anna"]).ok();
    home.add_task(&json!({
        "name": "visit", "kind": "command", "program": "true", "profiles": { "names": ["anna"] },
    }));
    for name in ["first", "second"] {
        let when = json!({ "cron": "0 9 * * *", "tz": "UTC" });
        home.add_schedule(&json!({ "name": name, "task": "visit", "when": when }));
    }
    let calendar = || home.cli(&["schedule", "calendar"]).json();
    let before = calendar();
    let warnings = before["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert_eq!(warnings[0]["clash"]["kind"], "same_profile");
    assert_eq!(warnings[0]["times"], 7);
    let days = before["density"]["days"].as_array().unwrap();
    assert_eq!(days.len(), 7);
    let text = home.text(&["schedule", "calendar"]);
    assert!(text.contains("1. 2 schedules want `anna`"), "{text}");
    assert!(text.contains("Use `5 9 * * *`"), "{text}");

    assert_eq!(
        home.cli(&["schedule", "fix", "2"]).fails(2)["field"],
        "number"
    );
    assert_eq!(
        home.cli(&["schedule", "fix", "0"]).fails(2)["field"],
        "number"
    );
    let fixed = home.cli(&["schedule", "fix", "1"]).json();
    assert_eq!(fixed[0]["spec"]["name"], "second");
    assert_eq!(fixed[0]["spec"]["when"]["cron"], "5 9 * * *");
    assert_eq!(calendar()["warnings"], json!([]));
    home.cli(&["schedule", "fix", "1"]).fails(2);
}
