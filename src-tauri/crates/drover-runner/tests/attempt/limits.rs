//! Limits of time that each measure something else: the start, and the wait for a person.

use drover_model::{Ended, Stream};
use drover_runner::AttemptEvent;
use serde_json::json;

use crate::bench::Bench;

#[tokio::test]
async fn a_run_that_does_not_get_ready_never_starts() {
    let bench = Bench::new();
    // Whoever asks this Node for its version waits for long.
    let node = bench.file("slow-node", "#!/bin/sh\nexec sleep 371\n");
    std::fs::set_permissions(&node, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let script = bench.file("a.mjs", "console.log('started')");
    let task = json!({
        "kind": "playwright", "placement": "own", "script": script, "program": node,
        "timeout": { "start": "500ms" }
    });
    let ran = bench.run(task).await;
    ran.ended("start_limit");
    assert_eq!(ran.outcome.ended, Ended::TimedOut);
    assert!(!ran.outcome.started, "its code never ran");
    assert_eq!(ran.ledger, Vec::<String>::new());
}

#[tokio::test]
async fn a_person_who_does_not_come_is_waited_for_no_longer_than_is_said() {
    let script = r#"
        trap 'echo told; exit 0' INT
        echo '{"v":1,"type":"pause","reason":"code from the phone"}' >&3
        while :; do sleep 0.05; done
    "#;
    // The other limits are shorter, and do not count meanwhile.
    let task = json!({
        "kind": "command", "program": script, "shell": true,
        "timeout": { "run": "1s", "idle": "1s", "park": "2s" }
    });
    let ran = Bench::new().run(task).await;
    ran.ended("park_limit");
    assert_eq!(ran.outcome.ended, Ended::TimedOut);
    let parked = |event: &AttemptEvent| matches!(event, AttemptEvent::Parked { .. });
    assert!(ran.events.iter().any(parked));
    assert_eq!(ran.log(Stream::Stdout), ["told"], "it could still tidy up");
    assert_eq!(ran.ledger, ["running", "stopping Timeout"]);
}

#[tokio::test]
async fn the_same_of_steps() {
    let task = json!({
        "kind": "steps", "profiles": { "names": ["anna"] },
        "steps": [{ "do": "pause", "reason": "Look at it" }],
        "timeout": { "run": "1s", "park": "2s" }
    });
    let ran = Bench::new().run(task).await;
    ran.ended("park_limit");
    assert_eq!(ran.outcome.ended, Ended::TimedOut);
    assert_eq!(ran.ledger, ["running", "stopping Timeout"]);
}
