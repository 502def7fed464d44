//! Children that are hard to end, each cancelled and killed: nothing of them is left, and no attempt takes much memory.

use std::path::Path;

use drover_model::Stream;
use drover_runner::{AttemptEvent, Control};
use serde_json::json;
use tokio::task::JoinSet;

use crate::bench::Bench;
use crate::faults::memory;

/// Each leaves the number of a process of its own in `$PID`.
const CHILDREN: [(&str, &str); 9] = [
    (
        "in a session",
        "setsid sh -c 'echo $$ >$PID; exec sleep 361' &",
    ),
    (
        "forked twice",
        "setsid sh -c 'sh -c \"echo \\$\\$ >$PID; exec sleep 362\" & exit 0'",
    ),
    (
        "forked twice with a cleaned environment",
        "setsid env -i PID=$PID sh -c 'setsid sh -c \"echo \\$\\$ >$PID; exec env -i sleep 363\" & exit 0'",
    ),
    (
        "deaf",
        "sh -c 'trap \"\" INT TERM HUP QUIT; echo $$ >$PID; while :; do sleep 0.2; done' &",
    ),
    (
        "a daemon, cleaned and deaf",
        "setsid env -i PID=$PID sh -c 'trap \"\" INT TERM HUP; setsid sh -c \"echo \\$\\$ >$PID; while :; do sleep 0.2; done\" & exit 0'",
    ),
    (
        "stopped",
        "sh -c 'echo $$ >$PID; kill -STOP $$; sleep 364' &",
    ),
    (
        "without output",
        "sh -c 'exec >&- 2>&- 3>&- 4<&-; echo $$ >$PID; exec sleep 365' &",
    ),
    (
        "a line without an end",
        "sh -c 'echo $$ >$PID; exec tr \"\\\\0\" x </dev/zero' &",
    ),
    (
        "a line without an end on both",
        "sh -c 'echo $$ >$PID; tr \"\\\\0\" x </dev/zero >&2 & exec tr \"\\\\0\" y </dev/zero' &",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_survives_a_cancel() {
    all_end(Control::Cancel).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_survives_a_kill() {
    all_end(Control::Kill).await;
}

async fn all_end(control: Control) {
    let mut attempts = JoinSet::new();
    for (what, child) in CHILDREN {
        attempts.spawn(async move { ends(what, child, control).await });
    }
    while let Some(attempt) = attempts.join_next().await {
        attempt.unwrap();
    }
}

/// Children that say as much as they can.
const FLOODS: [(&str, &str); 3] = [
    ("a line without an end", "exec tr '\\0' x </dev/zero"),
    (
        "a line without an end on both",
        "tr '\\0' x </dev/zero >&2 & exec tr '\\0' y </dev/zero",
    ),
    (
        "short lines on both",
        "yes 'so much to say' >&2 & exec yes 'and so little heard'",
    ),
];

/// What of it is seen before the control: twice what may wait for a view.
const SEEN: usize = 8 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_takes_little_memory_whatever_its_child_says() {
    for (what, script) in FLOODS {
        for control in [Control::Cancel, Control::Kill] {
            let grown = grows(what, script, control).await;
            assert!(grown < 64, "{what}, {control:?}: {grown} MiB of memory");
        }
    }
}

/// How much more memory this process has at most, in MiB, until the attempt has ended.
async fn grows(what: &str, script: &str, control: Control) -> u64 {
    let bench = Bench::new().forgetting_logs();
    let task = json!({ "kind": "command", "program": script, "shell": true });
    // From here on, the most is counted anew.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory();
    let (mut seen, mut most) = (0, 0);
    let ran = bench
        .run_watched(
            task,
            Box::new(|event, controls| {
                if let AttemptEvent::Log(lines) = event {
                    let asked = seen >= SEEN;
                    seen += lines.iter().map(|line| line.text.len()).sum::<usize>();
                    if !asked && seen >= SEEN {
                        controls.try_send(control).unwrap();
                    }
                }
                // Reading the log at the end is the test's own.
                most = memory();
            }),
        )
        .await;
    assert!(seen >= SEEN, "{what}: {seen} bytes");
    ran.ended("cancelled");
    most - before
}

async fn ends(what: &str, child: &str, control: Control) {
    let bench = Bench::new().forgetting_logs();
    let file = bench.place.path().join("pid");
    let script = format!(
        "PID='{}'; export PID; {child}\n\
         until [ -s \"$PID\" ]; do sleep 0.02; done; : >\"$DROVER_ARTIFACTS/ready\"\n\
         echo '{{\"v\":1,\"type\":\"progress\",\"done\":1,\"total\":2}}' >&3\n\
         while :; do sleep 0.2; done",
        file.display()
    );
    let task = json!({ "kind": "command", "program": script, "shell": true });
    let mut asked = false;
    let ran = bench
        .run_watched(
            task,
            Box::new(|event, controls| {
                // Its output may be a flood; the word that it is ready comes another way.
                if !asked && matches!(event, AttemptEvent::Progress(_)) {
                    asked = true;
                    controls.try_send(control).unwrap();
                }
            }),
        )
        .await;
    assert!(asked, "{what}: it was never ready: {}", ran.all());
    ran.ended("cancelled");
    assert_eq!(ran.outcome.survivors, Vec::<u32>::new(), "{what}");
    assert!(!lives(&file), "{what}: it lives on");
    assert!(ran.log(Stream::Stdout).len() < 10_000, "{what}");
}

/// What nobody has waited for yet is dead as well.
fn lives(file: &Path) -> bool {
    let pid = std::fs::read_to_string(file).unwrap();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    stat.is_ok_and(|stat| {
        stat.rsplit_once(") ")
            .is_some_and(|(_, rest)| !rest.starts_with('Z'))
    })
}
