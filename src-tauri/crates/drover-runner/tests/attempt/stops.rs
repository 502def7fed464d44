//! Cancel, time limits, parking.

use drover_model::Stream;
use drover_runner::{AttemptEvent, Control};
use serde_json::json;

use crate::bench::{Bench, Watcher};

/// Sends a control when a line of output appears.
fn on_line(text: &'static str, control: Control) -> Watcher<'static> {
    Box::new(move |event, controls| {
        if let AttemptEvent::Log(lines) = event
            && lines
                .iter()
                .any(|line| line.stream == Stream::Stdout && line.text == text)
        {
            controls.try_send(control).unwrap();
        }
    })
}

#[tokio::test]
async fn a_cancel_lets_the_task_finish_and_then_it_is_cancelled() {
    let script = "trap 'echo cleaning up; exit 0' INT; echo ready; while :; do sleep 0.05; done";
    let task = json!({ "kind": "command", "program": script, "shell": true });
    let ran = Bench::new()
        .run_watched(task, on_line("ready", Control::Cancel))
        .await;
    ran.ended("cancelled");
    assert_eq!(ran.log(Stream::Stdout), ["ready", "cleaning up"]);
    assert_eq!(ran.ledger, ["running", "stopping Cancel"]);
    assert_eq!(
        ran.outcome.exit.unwrap().code,
        Some(0),
        "the exit code is kept although it was cancelled"
    );
}

#[tokio::test]
async fn a_kill_does_not_ask() {
    let script = "trap '' INT TERM; (setsid sleep 306 &); echo ready; sleep 306 & wait; sleep 306";
    let task = json!({ "kind": "command", "program": script, "shell": true });
    let ran = Bench::new()
        .run_watched(task, on_line("ready", Control::Kill))
        .await;
    ran.ended("cancelled");
    assert_eq!(ran.outcome.exit.unwrap().signal, Some(9));
}

#[tokio::test]
async fn a_second_cancel_kills() {
    let script = "trap 'echo again' INT; trap '' TERM; echo ready; while :; do sleep 0.05; done";
    let mut watchers = [
        on_line("ready", Control::Cancel),
        on_line("again", Control::Cancel),
    ];
    let watcher: Watcher<'_> = Box::new(|event, controls| {
        for watcher in &mut watchers {
            watcher(event, controls);
        }
    });
    let ran = Bench::new()
        .run_watched(
            json!({ "kind": "command", "program": script, "shell": true }),
            watcher,
        )
        .await;
    ran.ended("cancelled");
    assert_eq!(ran.outcome.exit.unwrap().signal, Some(9));
}

#[tokio::test]
async fn quitting_leaves_a_cancelled_task_the_time_it_was_promised() {
    let script = "trap 'echo asked; sleep 1; echo cleaned up; exit 0' INT; echo ready; while :; do sleep 0.05; done";
    let mut watchers = [
        on_line("ready", Control::Cancel),
        on_line("asked", Control::Quit),
    ];
    let watcher: Watcher<'_> = Box::new(|event, controls| {
        for watcher in &mut watchers {
            watcher(event, controls);
        }
    });
    let task = json!({ "kind": "command", "program": script, "shell": true });
    let ran = Bench::new().run_watched(task, watcher).await;
    ran.ended("cancelled");
    assert_eq!(ran.log(Stream::Stdout), ["ready", "asked", "cleaned up"]);
    assert_eq!(ran.outcome.exit.unwrap().code, Some(0));
    assert_eq!(ran.ledger, ["running", "stopping Cancel"]);
}

#[tokio::test]
async fn quitting_is_a_cancel_with_its_own_reason() {
    let task = json!({ "kind": "command", "program": "echo ready; exec sleep 307", "shell": true });
    let ran = Bench::new()
        .run_watched(task, on_line("ready", Control::Quit))
        .await;
    ran.ended("quit");
    assert_eq!(ran.ledger, ["running", "stopping Quit"]);
}

#[tokio::test]
async fn a_run_over_its_time_limit_is_stopped() {
    let task = json!({ "kind": "command", "program": "/bin/sleep", "args": ["308"], "timeout": { "run": "300ms" } });
    let ran = Bench::new().run(task).await;
    ran.ended("run_limit");
    assert_eq!(ran.outcome.ended, drover_model::Ended::TimedOut);
    assert_eq!(
        ran.outcome.message,
        "not done within its time limit of 0.3 s"
    );
    assert_eq!(ran.ledger, ["running", "stopping Timeout"]);
}

#[tokio::test]
async fn silence_is_a_limit_and_output_is_a_sign_of_life() {
    let script = "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.2; done; exec sleep 309";
    let task = json!({ "kind": "command", "program": script, "shell": true, "timeout": { "run": "60s", "idle": "1s" } });
    let ran = Bench::new().run(task).await;
    ran.ended("idle_limit");
    assert_eq!(
        ran.log(Stream::Stdout).len(),
        8,
        "it lived longer than the limit, because it was not silent: {}",
        ran.all()
    );
}

#[tokio::test]
async fn a_parked_run_waits_without_its_clock_and_goes_on_when_resumed() {
    let script = r#"
        echo '{"v":1,"type":"pause","reason":"code from the phone"}' >&3
        read -r answer <&4
        echo "$answer"
    "#;
    let (sent, mut due) = tokio::sync::mpsc::channel(1);
    let watcher: Watcher<'_> = Box::new(move |event, controls| {
        if let AttemptEvent::Parked { reason } = event {
            assert_eq!(reason, "code from the phone");
            sent.try_send(controls.clone()).unwrap();
        }
    });
    let bench = Bench::new();
    let task = json!({ "kind": "command", "program": script, "shell": true, "timeout": { "run": "2s", "idle": "2s" } });
    let person = async {
        let controls = due.recv().await.unwrap();
        // Longer than both limits: the clock must not run.
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        controls.send(Control::Resume).await.unwrap();
    };
    let (ran, ()) = tokio::join!(bench.run_watched(task, watcher), person);
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout), [r#"{"type":"resume","v":1}"#]);
    assert!(ran.events.contains(&AttemptEvent::Resumed));
}
