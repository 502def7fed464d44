//! Profiles by hand: a window of one's own, and a tool of one's own on a browser of Drover's.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{desktop::Desktop, patience::until, shop::Shop};

fn start(desktop: &Desktop, words: &[&str]) -> Child {
    let mut command = desktop.cli_command(words);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn interrupt(child: &Child) {
    let pid = i32::try_from(child.id()).unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), Signal::INT).unwrap();
}

#[track_caller]
fn ends_well(child: Child) {
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{said}");
}

#[test]
fn a_window_opened_by_hand_holds_its_profile_until_it_is_closed() {
    let desktop = Desktop::new();
    let shop = Shop::start();
    desktop.cli(&["profile", "add", "anna"]).ok();
    desktop.add_task(&json!({
        "name": "look", "kind": "steps", "profiles": { "names": ["anna"] },
        "steps": [{ "do": "open", "url": shop.url() }, { "do": "wait", "for": { "text": "User" } }]
    }));
    let window = start(&desktop, &["profile", "open", "anna", &shop.url()]);
    until("the window", || {
        let running = desktop.cli(&["browser", "running"]).json();
        (running[0]["state"] == "window" && running[0]["visible"] == true).then_some(())
    });
    until("a visit", || (shop.visits() > 0).then_some(()));

    let run = desktop.cli(&["run", "look"]).json();
    let id = run["runs"][0]["id"].as_str().unwrap().to_owned();
    until("the run to say what it waits for", || {
        let shown = desktop.cli(&["show", &id]).json();
        shown["waits_because"]
            .as_str()
            .is_some_and(|why| why.contains("its window is open"))
            .then_some(())
    });
    let refused = desktop.cli(&["profile", "snapshot", "anna"]).fails(11);
    assert_eq!(refused["code"], "in_use", "{refused}");

    let closed = desktop.cli(&["profile", "close", "anna"]).json();
    assert_eq!(closed["rung"], "closed");
    desktop.run_becomes(&id, "succeeded");
    let run = desktop.cli(&["show", &id]).json();
    assert_eq!(run["attempt"], 1, "it was not tried in vain: {run}");
    ends_well(window);
}

#[test]
fn a_tool_drives_a_profile_until_it_is_let_go() {
    let desktop = Desktop::new();
    let shop = Shop::start();
    desktop
        .cli(&[
            "profile",
            "add",
            "anna",
            "--language",
            "de-DE",
            "--time-zone",
            "Asia/Tokyo",
        ])
        .ok();
    let mut attached = start(&desktop, &["attach", "anna"]);
    let mut line = String::new();
    let mut reader = BufReader::new(attached.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let endpoint = said["endpoint"].as_str().unwrap();

    let script = "
const { chromium } = require('playwright-core');
(async () => {
  const browser = await chromium.connectOverCDP(process.argv[1]);
  const page = await browser.contexts()[0].newPage();
  await page.goto(process.argv[2]);
  console.log(await page.evaluate(() =>
    document.title + ' ' + navigator.language + ' ' + Intl.DateTimeFormat().resolvedOptions().timeZone));
  await browser.close();
})();";
    let tool = |endpoint: &str| {
        Command::new("node")
            .args(["-e", script, endpoint, &shop.url()])
            .env(
                "NODE_PATH",
                format!("{}/node_modules", desktop.variable("DROVER_NODE_TOOLS")),
            )
            .output()
            .unwrap()
    };
    let worked = tool(endpoint);
    assert_eq!(
        String::from_utf8_lossy(&worked.stdout).trim(),
        "Shop de-DE Asia/Tokyo",
        "{}",
        String::from_utf8_lossy(&worked.stderr)
    );
    let running = desktop.cli(&["browser", "running"]).json();
    assert_eq!(running[0]["by"], "an attached tool");

    interrupt(&attached);
    ends_well(attached);
    assert!(
        !tool(endpoint).status.success(),
        "the endpoint is worthless now"
    );
}
