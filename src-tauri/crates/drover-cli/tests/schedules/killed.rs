//! The program dies at the places at which a debug build can be told to, while a schedule, a fan-out and a chain go on.

use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::process::ExitStatusExt as _,
};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{Home, accounted, has_ended, is_run, until};

/// Before and after what is written of a look, of a claim, of a start and of an end, and of what follows it.
const WAYS: [&str; 12] = [
    "turn.planned",
    "pass.batch",
    "pass.written",
    "pass.cursor,commit.begun",
    "pass.cursor,commit.done",
    "claim.chosen",
    "claim.written,commit.done",
    "run.moved",
    "end.noted",
    "end.noted,commit.done",
    "follow.planned",
    "pass.followed,commit.answered",
];

fn home() -> Home {
    let home = Home::new();
    let names = ["a", "b", "c"];
    for name in names {
        home.cli(&["profile", "add", name]).ok();
    }
    let task = |name: &str| json!({ "name": name, "kind": "command", "program": "true" });
    home.add_task(&task("one"));
    home.add_task(&task("next"));
    let mut many = task("many");
    many["profiles"] = json!({ "names": names });
    home.add_task(&many);
    for (name, task, when) in [
        ("single", "one", json!({ "every": "1s" })),
        ("fan", "many", json!({ "every": "2s" })),
        (
            "then",
            "next",
            json!({ "after": "one", "on": "any", "scope": "any" }),
        ),
    ] {
        home.add_schedule(&json!({ "name": name, "task": task, "when": when, "overlap": "allow" }));
    }
    home
}

fn time(row: &Value, field: &str) -> Timestamp {
    row["origin"][field].as_str().unwrap().parse().unwrap()
}

#[test]
fn whatever_place_the_program_dies_at_schedules_are_kept() {
    let home = home();
    for way in WAYS {
        let died = home.work(Some(way)).ended(way);
        assert!(died.signal().is_some(), "`{way}` did not kill: {died}");
    }
    for name in ["single", "fan"] {
        home.cli(&["schedule", "pause", name]).ok();
    }
    let _worker = home.work(None);
    let [single, fan, then] = until("the last life to come to rest", || {
        let all = ["single", "fan", "then"].map(|name| home.rows_of(name));
        let ran = all[0].iter().filter(|row| is_run(row)).count();
        let rests = all.iter().flatten().all(has_ended) && all[2].len() >= ran;
        rests.then_some(all)
    });

    every_time_has_its_row(&single, 1);
    // The items of one start are one time.
    let mut starts: BTreeMap<Timestamp, Vec<Value>> = BTreeMap::new();
    for row in &fan {
        let of_it = starts.entry(time(row, "nominal_at")).or_default();
        of_it.push(row.clone());
    }
    let mut firsts = Vec::new();
    for (at, rows) in starts {
        let items = if is_run(&rows[0]) { 3 } else { 1 };
        assert_eq!(rows.len(), items, "the start of {at} is half: {rows:#?}");
        firsts.extend(rows.into_iter().next());
    }
    every_time_has_its_row(&firsts, 2);
    let batches = home.cli(&["batch", "list", "--limit", "1000"]).json();
    let batches = batches["rows"].as_array().unwrap();
    let fan_outs = firsts.iter().filter(|row| is_run(row)).count();
    assert_eq!(batches.len(), fan_outs, "one batch a start");
    assert!(batches.iter().all(|batch| batch["counts"]["total"] == 3));

    let ids = |rows: &[Value], id: fn(&Value) -> &Value| {
        let texts = rows.iter().map(|row| id(row).as_str().unwrap().to_owned());
        texts.collect::<Vec<String>>()
    };
    let ran: Vec<Value> = single.into_iter().filter(is_run).collect();
    let ran: BTreeSet<String> = ids(&ran, |row| &row["id"]).into_iter().collect();
    let followed = ids(&then, |row| &row["origin"]["follows"]);
    assert_eq!(followed.len(), ran.len(), "an end is followed once");
    assert_eq!(followed.into_iter().collect::<BTreeSet<_>>(), ran);
}

/// From the first time to the last, each is that of exactly one row.
fn every_time_has_its_row(rows: &[Value], seconds: i64) {
    let last = rows
        .iter()
        .map(|row| time(row, "nominal_at"))
        .max()
        .unwrap();
    let first = rows.iter().map(|row| time(row, "first_at")).min().unwrap();
    let times = last.duration_since(first).as_secs() / seconds + 1;
    assert_eq!(accounted(rows), u64::try_from(times).unwrap(), "{rows:#?}");
}
