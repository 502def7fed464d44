//! Commands.

use drover_model::Stream;
use drover_model::run::ExitStatus;
use drover_runner::NoStart;
use serde_json::json;

use crate::bench::Bench;

#[tokio::test]
async fn a_command_runs_with_its_arguments_and_its_environment() {
    let mut bench = Bench::new();
    bench.params.insert("page".to_owned(), json!("/a"));
    let ran = bench
        .run(json!({
            "kind": "command", "program": "/usr/bin/env", "args": ["-u", "PATH"], "env": { "SITE": "https://example.test{{ params.page }}" },
            "parameters": { "page": { "type": "string" } },
        }))
        .await;
    ran.succeeded();
    assert_eq!(
        ran.outcome.exit,
        Some(ExitStatus {
            code: Some(0),
            signal: None
        })
    );
    let mut names: Vec<&str> = ran
        .log(Stream::Stdout)
        .iter()
        .filter_map(|line| line.split('=').next())
        .collect();
    names.sort_unstable();
    names.retain(|name| !name.starts_with("XDG_") && !name.starts_with("LC_"));
    names.retain(|name| {
        ![
            "HOME",
            "LANG",
            "LANGUAGE",
            "TMPDIR",
            "TZ",
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "USER",
            "LOGNAME",
        ]
        .contains(name)
    });
    let expected = [
        "DROVER_ARTIFACTS",
        "DROVER_ATTEMPT",
        "DROVER_BRIDGE",
        "DROVER_CONTROL",
        "DROVER_MARKER",
        "DROVER_NODE_TOOLS",
        "DROVER_PARAMS",
        "DROVER_PLACEMENT",
        "DROVER_RUN_ID",
        "DROVER_TASK",
        "NODE_OPTIONS",
        "NODE_PATH",
        "PYTHONPATH",
        "PYTHONUNBUFFERED",
        "PYTHONUTF8",
        "SITE",
    ];
    assert_eq!(names, expected, "{}", ran.all());
    let has = |line: &str| {
        assert!(
            ran.log(Stream::Stdout).contains(&line),
            "`{line}`\n{}",
            ran.all()
        );
    };
    has("SITE=https://example.test/a");
    has("DROVER_TASK=test");
    has("DROVER_ATTEMPT=1");
    has("DROVER_PARAMS={\"page\":\"/a\"}");
    assert_eq!(ran.ledger, ["running"]);
}

#[tokio::test]
async fn an_exit_code_is_a_failure_and_is_kept() {
    let ran = Bench::new().run(json!({ "kind": "command", "program": "echo out; echo err >&2; exit 3", "shell": true })).await;
    ran.ended("exit_code");
    assert_eq!(
        ran.outcome.exit,
        Some(ExitStatus {
            code: Some(3),
            signal: None
        })
    );
    assert_eq!(ran.outcome.message, "it ended with exit code 3");
    assert_eq!(
        (ran.log(Stream::Stdout), ran.log(Stream::Stderr)),
        (vec!["out"], vec!["err"])
    );
}

#[tokio::test]
async fn a_signal_from_elsewhere_is_told() {
    let ran = Bench::new()
        .run(json!({ "kind": "command", "program": "kill -SEGV $$", "shell": true }))
        .await;
    ran.ended("runner_exited");
    assert_eq!(
        ran.outcome.exit,
        Some(ExitStatus {
            code: None,
            signal: Some(11)
        })
    );
}

#[tokio::test]
async fn nothing_starts_before_the_start_line_is_written() {
    let full = "the disk is full".to_owned();
    for (why, reason) in [
        (NoStart::Overtaken, "stale"),
        (NoStart::Unwritten(full), "storage_error"),
    ] {
        let bench = Bench::new();
        let mark = bench.place.path().join("mark");
        let program = format!("touch {}", mark.display());
        let task = json!({ "kind": "command", "program": program, "shell": true });
        let ran = bench.run_refused(task, why).await;
        ran.ended(reason);
        assert!(!ran.outcome.started && !mark.exists(), "no task code ran");
    }
}

#[tokio::test]
async fn a_token_in_the_environment_is_for_that_child_and_masked_in_its_output() {
    let bench = Bench::new().secret("gh", "ghp_0123456789abcdef");
    let ran = bench
        .run(json!({
            "kind": "command", "shell": true, "tokens": [{ "name": "gh", "env": "GITHUB_TOKEN" }],
            "program": "echo \"raw $GITHUB_TOKEN\"; printf '%s' \"x:$GITHUB_TOKEN\" | base64; printf '%s' \"$GITHUB_TOKEN\" | od -An -tx1 | tr -d ' \\n'",
        }))
        .await;
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout)[0], "raw ••••gh", "{}", ran.all());
    assert!(
        ran.log(Stream::Stdout)[1].contains("••••gh"),
        "base64: {}",
        ran.all()
    );
    assert_eq!(ran.log(Stream::Stdout)[2], "••••gh", "hex: {}", ran.all());
    assert_eq!(ran.outcome.masked, 3);
    ran.nowhere("ghp_0123456789abcdef");
    ran.nowhere("6768705f30313233343536373839616263646566");
}

#[tokio::test]
async fn a_token_that_cannot_be_read_fails_before_the_start() {
    let task = json!({ "kind": "command", "program": "/bin/true", "tokens": [{ "name": "gh", "env": "GITHUB_TOKEN" }] });
    let ran = Bench::new().run(task).await;
    ran.ended("secret_unavailable");
    assert_eq!(
        ran.outcome.message,
        "failed to read token `gh`: the keychain is locked"
    );
    assert!(
        ran.ledger.is_empty() && !ran.outcome.started,
        "{:?}",
        ran.ledger
    );
}

#[tokio::test]
async fn outputs_are_values_and_not_files() {
    let script = r#"
        long=$(printf '%040000d' 7)
        say() { echo "$1" >&3; }
        say '{"v":1,"type":"output","name":"price","json":12.5}'
        say "{\"v\":1,\"type\":\"output\",\"name\":\"first\",\"json\":\"$long\"}"
        say "{\"v\":1,\"type\":\"output\",\"name\":\"second\",\"json\":\"$long\"}"
        say '{"v":1,"type":"output","name":"last","json":true}'
    "#;
    let task = json!({ "kind": "command", "program": script, "shell": true });
    let ran = Bench::new().run(task).await;
    ran.succeeded();
    let outputs = ran.outputs();
    let names: Vec<&str> = outputs.keys().map(String::as_str).collect();
    assert_eq!(names, ["first", "last", "price"], "64 KiB hold one of them");
    assert!(
        ran.all().contains("output second was dropped"),
        "it is said in the log"
    );
}

#[tokio::test]
async fn the_control_pipes_work_without_any_helper() {
    let bench = Bench::new().secret("api", "correct-horse-battery");
    let script = r#"
        say() { echo "$1" >&3; }
        say '{"v":1,"type":"progress","done":1,"total":4,"label":"quarter"}'
        say '{"v":1,"type":"output","name":"price","json":12.5}'
        say '{"v":1,"type":"tomorrow"}'
        say 'nonsense'
        say '{"v":1,"type":"needSecret","name":"api"}'
        read -r answer <&4
        echo "$answer"
        say '{"v":1,"type":"needSecret","name":"other"}'
        read -r answer <&4
        echo "$answer"
        echo hello > "$DROVER_ARTIFACTS/note.txt"
        say '{"v":1,"type":"artifact","path":"note.txt","kind":"note"}'
        say '{"v":1,"type":"artifact","path":"/etc/hostname"}'
    "#;
    let ran = bench.run(json!({ "kind": "command", "program": script, "shell": true, "tokens": [{ "name": "api" }] })).await;
    ran.succeeded();
    let answers = ran.log(Stream::Stdout);
    assert_eq!(
        answers[0],
        r#"{"type":"secret","v":1,"name":"api","value":"••••api","error":null}"#,
        "{}",
        ran.all()
    );
    assert!(
        answers[1].contains("the task does not name the token `other`"),
        "{}",
        ran.all()
    );
    assert_eq!(ran.outputs(), [("price".to_owned(), json!(12.5))].into());
    let artifacts = ran.artifacts();
    assert_eq!(artifacts.len(), 1, "{artifacts:?}");
    assert!(
        artifacts[0].path.starts_with("runs/")
            && artifacts[0].path.ends_with("/a1/artifacts/note.txt"),
        "{artifacts:?}"
    );
    assert_eq!(
        (artifacts[0].kind.as_str(), artifacts[0].bytes),
        ("note", 6)
    );
    let notes = ran.log(Stream::Drover).join("\n");
    assert!(notes.contains("`/etc/hostname` lies outside"), "{notes}");
    assert!(
        notes.contains("1 control lines of a kind")
            && notes.contains("1 control lines that are no message"),
        "{notes}"
    );
    ran.nowhere("correct-horse-battery");
}

/// A grandchild that left everything behind takes the memory.
const GREEDY: &str = r#"python3 -c '
import os, sys, time
if os.fork():
    time.sleep(321)
os.setsid()
if os.fork():
    os._exit(0)
kept = b"x" * 300_000_000
print("taken", flush=True)
time.sleep(321)
'"#;

#[tokio::test]
async fn a_tree_that_takes_more_memory_than_it_may_is_ended() {
    let greedy = |limit: &str| json!({ "kind": "command", "shell": true, "program": GREEDY, "limits": { "memory": limit } });
    let ran = Bench::new().run(greedy("150MB")).await;
    ran.ended("memory_limit");
    assert_eq!(ran.outcome.ended, drover_model::Ended::Failed);
    let message = &ran.outcome.message;
    assert!(
        message.ends_with("MB of memory, and 150MB is the most that the task may have"),
        "{message}"
    );
    let measured: u64 = message
        .split(' ')
        .find_map(|word| word.parse().ok())
        .unwrap();
    assert!((151..=400).contains(&measured), "{message}");
    assert_eq!(ran.ledger, ["running", "stopping Leftovers"]);

    let mut enough = greedy("1GB");
    enough["timeout"] = json!({ "idle": "2s" });
    let ran = Bench::new().run(enough).await;
    ran.ended("idle_limit");
    assert_eq!(ran.log(Stream::Stdout), ["taken"]);
}

#[tokio::test]
async fn a_program_that_is_gone_is_named() {
    let ran = Bench::new()
        .run(json!({ "kind": "command", "program": "/nonexistent/tool" }))
        .await;
    ran.ended("program_missing");
    assert!(
        ran.outcome
            .message
            .contains("`/nonexistent/tool` is not there"),
        "{}",
        ran.outcome.message
    );
}

#[tokio::test]
async fn what_a_child_leaves_behind_is_ended_and_its_exit_code_counts() {
    let ran = Bench::new().run(json!({ "kind": "command", "program": "(setsid sleep 305 &) ; sleep 0.2; echo done", "shell": true })).await;
    ran.succeeded();
    assert_eq!(ran.ledger, ["running", "stopping Leftovers"]);
    assert_eq!(ran.log(Stream::Stdout), ["done"]);
}

#[tokio::test]
async fn a_flood_on_the_control_pipe_is_thinned_out_and_results_are_kept() {
    let script = r#"
        i=0; while [ $i -lt 3000 ]; do echo '{"v":1,"type":"step","id":"s","title":"t"}'; i=$((i+1)); done >&3
        echo '{"v":1,"type":"output","name":"last","json":true}' >&3
    "#;
    let ran = Bench::new()
        .run(json!({ "kind": "command", "program": script, "shell": true }))
        .await;
    ran.succeeded();
    assert_eq!(ran.outputs(), [("last".to_owned(), json!(true))].into());
    let notes = ran.log(Stream::Drover).join("\n");
    assert!(notes.contains("control lines over the rate"), "{notes}");
}
