//! The main job by command line, through a local proxy that records what passes.

use crate::support::{desktop::Desktop, proxy::Proxy, scripts::sign_in_task};

#[test]
fn the_main_job_by_command_line_goes_through_the_proxy() {
    let desktop = Desktop::new();
    let proxy = Proxy::start();
    desktop
        .cli_with_input(&["token", "set", "shop"], Some("cli-journey-token-1234"))
        .ok();
    let shop = crate::support::shop::Shop::start();
    desktop
        .cli(&["proxy", "add", "recorder", &proxy.url()])
        .ok();
    desktop
        .cli(&[
            "profile", "add", "anna", "--proxy", "recorder", "--tag", "eu",
        ])
        .ok();
    desktop.add_task(&sign_in_task("sign-in", "anna", &shop.url(), "shop"));

    let plan = desktop.cli(&["task", "plan", "sign-in"]).json();
    assert_eq!(
        plan.pointer("/plans/0/proxy").unwrap(),
        &serde_json::json!(proxy.url()),
        "{plan}"
    );

    let said = desktop.cli(&["run", "sign-in", "--wait"]).json();
    let run = &said["runs"][0];
    assert_eq!(run["state"], "succeeded", "{run}");
    assert_eq!(run["outputs"]["price"], "12.50");
    assert!(
        run["artifacts"]
            .as_array()
            .unwrap()
            .iter()
            .any(|artifact| artifact["kind"] == "screenshot"),
        "{run}"
    );
    assert_eq!(run["plan"]["tokens"], serde_json::json!(["shop"]));
    let host = shop.host();
    assert!(
        proxy.seen().iter().any(|line| line.contains(&host)),
        "nothing passed the proxy: {:?}",
        proxy.seen()
    );

    let id = run["id"].as_str().unwrap();
    let log = desktop.cli(&["log", id]).ok();
    assert!(
        log.contains("tick 8")
            && log.contains("the token is ••••")
            && !log.contains("cli-journey-token"),
        "{log}"
    );
    assert_eq!(desktop.cli(&["show", id]).json()["id"], run["id"]);
    assert_eq!(
        desktop.cli(&["runs", "--profile", "anna"]).json()["total"],
        1
    );
}

#[test]
fn a_dead_proxy_stops_the_traffic_instead_of_letting_it_go_direct() {
    let desktop = Desktop::new();
    let shop = crate::support::shop::Shop::start();
    desktop
        .cli_with_input(&["token", "set", "shop"], Some("cli-journey-token-1234"))
        .ok();
    desktop
        .cli(&["proxy", "add", "dead", "http://127.0.0.1:9"])
        .ok();
    desktop
        .cli(&["profile", "add", "anna", "--proxy", "dead"])
        .ok();
    desktop.add_task(&sign_in_task("sign-in", "anna", &shop.url(), "shop"));
    let failed = desktop.cli(&["run", "sign-in", "--wait"]);
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    assert_eq!(
        shop.visits(),
        0,
        "nothing may reach the site around the proxy"
    );
}

#[test]
fn a_cancel_ends_a_run_and_its_exit_code_says_so() {
    let desktop = Desktop::new();
    desktop.cli(&["profile", "add", "anna"]).ok();
    desktop.add_task(&serde_json::json!({ "name": "sleep", "kind": "command", "program": "sleep", "args": ["600"] }));
    let waiting = desktop
        .cli_command(&["run", "sleep", "--wait"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let id = crate::support::patience::until("the run to start", || {
        let runs = desktop.cli(&["runs", "--state", "running"]);
        let runs: serde_json::Value = serde_json::from_str(&runs.stdout).ok()?;
        runs["rows"][0]["id"].as_str().map(str::to_owned)
    });
    desktop.cli(&["cancel", &id]).ok();
    let ended = waiting.wait_with_output().unwrap();
    assert_eq!(
        ended.status.code(),
        Some(4),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

#[test]
fn commands_at_the_same_time_take_turns_and_none_is_lost() {
    let desktop = Desktop::new();
    desktop.add_task(
        &serde_json::json!({ "name": "hello", "kind": "command", "program": "echo", "args": ["hello"] }),
    );
    let names: Vec<_> = (1..=6).map(|number| format!("p{number}")).collect();
    let commands = names.iter().flat_map(|name| {
        let add = ["profile", "add", name];
        let run = ["run", "hello", "--wait"];
        [add, run].map(|words| {
            desktop
                .cli_command(&words)
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
    });
    for command in commands.collect::<Vec<_>>() {
        let ended = command.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{said}");
    }
    let profiles = desktop.cli(&["profile", "list"]).json();
    assert_eq!(profiles["rows"].as_array().unwrap().len(), names.len());
    let runs = desktop.cli(&["runs", "--state", "succeeded"]).json();
    assert_eq!(runs["total"], names.len());
}
