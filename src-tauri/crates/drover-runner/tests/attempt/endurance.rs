//! The same again and again: a few times in every test run, a hundred times in `cargo xtask nightly`.

use drover_model::Stream;
use drover_runner::{AttemptEvent, Control};
use serde_json::{Value, json};

use crate::bench::{Bench, Watcher, rounds};

/// Gives `orders` at the first sign of readiness; the bench itself checks that nobody is left.
async fn cancelled_again_and_again(
    task: Value,
    orders: &[Control],
    is_it: fn(&AttemptEvent) -> bool,
) {
    let bench = Bench::new();
    for _ in 0..rounds() {
        let mut sent = false;
        let watcher: Watcher<'_> = Box::new(|event, controls| {
            if !sent && is_it(event) {
                sent = true;
                for order in orders {
                    controls.try_send(*order).unwrap();
                }
            }
        });
        let ran = bench.run_watched(task.clone(), watcher).await;
        ran.ended("cancelled");
    }
}

#[tokio::test]
async fn a_cancel_always_ends_who_left_the_group() {
    let script = "(setsid sh -c 'sleep 311 & exec sleep 312' &); echo ready; exec sleep 310";
    let task = json!({ "kind": "command", "program": script, "shell": true });
    let ready = |event: &AttemptEvent| {
        matches!(event, AttemptEvent::Log(lines)
            if lines.iter().any(|line| line.stream == Stream::Stdout && line.text == "ready"))
    };
    // The second one skips the wait for who does not hear the first.
    cancelled_again_and_again(task, &[Control::Cancel, Control::Cancel], ready).await;
}

#[tokio::test]
async fn a_cancel_always_ends_the_browser() {
    let task = json!({
        "kind": "steps", "profiles": { "names": ["anna"] },
        "steps": [{ "do": "wait", "for": { "time": "10m" }, "timeout": "20m" }],
    });
    let begun = |event: &AttemptEvent| matches!(event, AttemptEvent::Step(_));
    cancelled_again_and_again(task, &[Control::Cancel], begun).await;
}
