//! Tasks of built-in steps.

use drover_model::run::StepState;
use drover_runner::{AttemptEvent, Control};
use serde_json::{Value, json};

use crate::bench::{Bench, Watcher};
use crate::site::site;

fn task(steps: &Value) -> Value {
    json!({
        "kind": "steps", "profiles": { "names": ["anna"] }, "steps": steps, "tokens": [{ "name": "shop" }],
        "parameters": { "site": { "type": "string" } },
    })
}

#[tokio::test]
async fn steps_sign_in_read_and_take_a_picture_without_node() {
    let site = site().await;
    let mut bench = Bench::new().secret("shop", "correct-horse-battery");
    bench.params.insert("site".to_owned(), json!(site.address));
    let ran = bench
        .run(task(&json!([
            { "do": "open", "url": "{{ params.site }}" },
            { "do": "fill", "at": { "label": "Password" }, "value": "{{ secret.shop }}" },
            { "do": "click", "at": { "role": "button", "name": "Sign in" } },
            { "do": "wait", "for": { "text": "Welcome" }, "timeout": "10s" },
            { "do": "extract", "at": { "css": ".price" }, "as": "price" },
            { "do": "screenshot", "name": "home" },
        ])))
        .await;
    ran.succeeded();
    assert_eq!(ran.outputs(), [("price".to_owned(), json!("12.50"))].into());
    assert!(
        ran.screenshot("01-home.png").len() > 3_000,
        "it shows the page"
    );
    let states: Vec<StepState> = ran.steps().into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, [StepState::Passed; 6], "{:?}", ran.steps());
    assert_eq!(ran.ledger, ["running"]);
    assert!(
        site.seen
            .lock()
            .unwrap()
            .contains_key("/in?p=correct-horse-battery"),
        "the site got the value"
    );
    ran.nowhere("correct-horse-battery");
}

#[tokio::test]
async fn a_step_that_fails_says_what_was_there_and_leaves_a_picture() {
    let site = site().await;
    let mut bench = Bench::new().secret("shop", "correct-horse-battery");
    bench.params.insert("site".to_owned(), json!(site.address));
    let ran = bench
        .run(task(&json!([
            { "do": "open", "url": "{{ params.site }}" },
            { "do": "click", "at": { "role": "button", "name": "Log out" }, "timeout": "500ms" },
            { "do": "screenshot", "name": "never" },
        ])))
        .await;
    ran.ended("step_failed");
    assert!(
        ran.outcome.message.contains("step 2"),
        "{}",
        ran.outcome.message
    );
    let steps = ran.steps();
    assert_eq!(steps.len(), 2, "the third was not begun: {steps:?}");
    assert_eq!(steps[1].1, StepState::Failed);
    ran.screenshot("01-end.png");
}

#[tokio::test]
async fn a_wait_is_cancelled_at_once_and_a_limit_ends_it() {
    let mut bench = Bench::new().secret("shop", "correct-horse-battery");
    bench.params.insert("site".to_owned(), json!("about:blank"));
    let forever = task(&json!([{ "do": "wait", "for": { "time": "1h" }, "timeout": "2h" }]));
    let watcher: Watcher<'_> = Box::new(|event, controls| {
        if matches!(event, AttemptEvent::Step(_)) {
            controls.try_send(Control::Cancel).ok(); // the step's end is told as well
        }
    });
    let ran = bench.run_watched(forever.clone(), watcher).await;
    ran.ended("cancelled");
    assert_eq!(ran.ledger, ["running", "stopping Cancel"]);
    let mut limited = forever;
    limited["timeout"] = json!({ "run": "400ms" });
    let ran = bench.run(limited).await;
    ran.ended("run_limit");
}

#[tokio::test]
async fn a_second_run_takes_the_warm_browser_of_the_first() {
    let site = site().await;
    let mut bench = Bench::new().warm();
    bench.params.insert("site".to_owned(), json!(site.address));
    let look = json!({
        "kind": "steps", "profiles": { "names": ["anna"] }, "parameters": { "site": { "type": "string" } },
        "steps": [{ "do": "open", "url": "{{ params.site }}" }],
    });
    let warm = |ran: &crate::bench::Ran| ran.lines.iter().any(|line| line.text.contains("(warm)"));
    let first = bench.run(look.clone()).await;
    first.succeeded();
    assert!(!warm(&first));
    assert_eq!(first.outcome.browser, None, "the browser goes on");
    let second = bench.run(look).await;
    second.succeeded();
    assert!(warm(&second));
    bench.leases.close_all().await;
    assert!(bench.leases.seats().is_empty());
}

#[tokio::test]
async fn a_pause_parks_the_run_does_not_count_and_files_are_kept() {
    let site = site().await;
    let mut bench = Bench::new().secret("shop", "correct-horse-battery");
    bench.params.insert("site".to_owned(), json!(site.address));
    let mut work = task(&json!([
        { "do": "open", "url": "{{ params.site }}" },
        { "do": "pause", "reason": "Look at it" },
        { "do": "pdf", "name": "page" },
        { "do": "evaluate", "script": "[1, null]", "as": "list" },
    ]));
    let watcher: Watcher<'_> = Box::new(|event, controls| {
        if let AttemptEvent::Parked { reason } = event {
            assert_eq!(reason, "Look at it");
            controls.try_send(Control::Resume).unwrap();
        }
    });
    let ran = bench.run_watched(work.clone(), watcher).await;
    ran.succeeded();
    assert!(ran.events.contains(&AttemptEvent::Resumed));
    assert_eq!(ran.outputs()["list"], json!([1, null]));
    let kept = ran.artifacts();
    assert!(
        kept.iter()
            .any(|kept| kept.kind == "pdf" && kept.path.ends_with("page.pdf")),
        "{kept:?}"
    );
    // A parked run is stopped like any other.
    work["steps"] = json!([{ "do": "pause", "reason": "Look at it" }]);
    let watcher: Watcher<'_> = Box::new(|event, controls| {
        if matches!(event, AttemptEvent::Parked { .. }) {
            controls.try_send(Control::Cancel).unwrap();
        }
    });
    bench.run_watched(work, watcher).await.ended("cancelled");
}
