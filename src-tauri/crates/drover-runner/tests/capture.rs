//! Output on its way from a real process to the log and the live view.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and these are their helpers"
)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use drover_model::{LogLine, Stream};
use drover_runner::AttemptEvent;
use drover_runner::capture::{Quota, Recorded, Recorder, drain, read_log};
use drover_runner::process::{Child, Door, Output, Start};
use drover_runner::redact::Redactor;
use secrecy::SecretString;
use tokio::sync::mpsc;

async fn shell(script: &str) -> Child {
    let door = Door::open([("PATH".into(), "/usr/bin:/bin".into())].into()).unwrap();
    let environment = door.environment(drover_runner::process::Audience::Task);
    let start = Start {
        program: PathBuf::from("/bin/sh"),
        args: ["-c", script].map(Into::into).into(),
        environment,
        folder: "/".into(),
        fds: Vec::new(),
        marker: format!("capture-{}", std::process::id()),
        output: Output::Pipes,
    };
    door.start(start).await.unwrap()
}

/// Runs the script as an attempt; gives the counts and the live lines.
async fn record(
    folder: &Path,
    attempt: u32,
    script: &str,
    redactor: &Redactor,
    quota: Quota,
) -> (Recorded, Vec<LogLine>) {
    let (events, mut seen) = mpsc::channel(16);
    let recorder =
        Recorder::open(folder, attempt, Instant::now(), redactor, quota, events).unwrap();
    let listener = tokio::spawn(async move {
        let mut lines = Vec::new();
        while let Some(event) = seen.recv().await {
            if let AttemptEvent::Log(batch) = event {
                lines.extend(batch);
            }
        }
        lines
    });
    let child = shell(script).await;
    let (stdout, stderr) = child.take_pipes().unwrap();
    tokio::join!(
        drain(stdout, Stream::Stdout, recorder.clone()),
        drain(stderr, Stream::Stderr, recorder.clone()),
    );
    child.wait().await;
    let recorded = recorder.close().await;
    (recorded, listener.await.unwrap())
}

fn texts(lines: &[LogLine], stream: Stream) -> Vec<&str> {
    lines
        .iter()
        .filter(|line| line.stream == stream)
        .map(|line| line.text.as_str())
        .collect()
}

fn bytes_in(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        all.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    all
}

#[tokio::test]
async fn lines_of_both_streams_are_kept_and_shown() {
    let place = tempfile::tempdir().unwrap();
    let script = r"echo one; printf 'two \377\376\n'; echo three >&2; printf open";
    let (recorded, live) =
        record(place.path(), 1, script, &Redactor::new(), Quota::default()).await;
    let page = read_log(place.path(), 1, 100).unwrap();
    assert_eq!(page.lines, live, "the view gets what the file has");
    assert_eq!(
        texts(&page.lines, Stream::Stdout),
        ["one", "two \u{fffd}\u{fffd}", "open"]
    );
    assert_eq!(texts(&page.lines, Stream::Stderr), ["three"]);
    assert_eq!((recorded.lines, recorded.write_error), (4, None));
    assert_eq!((page.next_seq, page.more), (5, false));
}

#[tokio::test]
async fn a_printed_secret_never_reaches_the_disk_or_the_view() {
    let place = tempfile::tempdir().unwrap();
    let redactor = Redactor::new();
    redactor.register("api", &SecretString::from("hunter2/hunter2"));
    let script = r"printf 'key hunter2'; sleep 0.1; printf '/hunter2\n'; printf 'hunter2/hunter2' | base64; echo hunter2%2Fhunter2 >&2";
    let (_, live) = record(place.path(), 1, script, &redactor, Quota::default()).await;
    assert_eq!(texts(&live, Stream::Stdout), ["key ••••api", "••••api"]);
    assert_eq!(texts(&live, Stream::Stderr), ["••••api"]);
    let stored = bytes_in(&place.path().join("a1"));
    assert!(
        !stored.windows(7).any(|part| part == b"hunter2"),
        "{}",
        String::from_utf8_lossy(&stored)
    );
}

#[tokio::test]
async fn a_flood_is_kept_to_the_last_line_and_a_slow_view_sees_its_gap() {
    let place = tempfile::tempdir().unwrap();
    let (recorded, live) = record(
        place.path(),
        1,
        "seq 1 200000",
        &Redactor::new(),
        Quota::default(),
    )
    .await;
    assert_eq!(recorded.lines, 200_000);
    assert_eq!(
        live.len() as u64 + recorded.live_dropped,
        200_000,
        "what was not shown is counted"
    );
    assert_eq!(
        live.last().unwrap().text,
        "200000",
        "the newest line is always shown"
    );
    let page = read_log(place.path(), 150_000, 2).unwrap();
    assert_eq!(
        page.lines
            .iter()
            .map(|line| line.text.as_str())
            .collect::<Vec<_>>(),
        ["150000", "150001"]
    );
    assert!(page.more && page.next_seq == 150_002);
}

#[tokio::test]
async fn over_the_quota_the_beginning_and_the_end_are_kept() {
    let place = tempfile::tempdir().unwrap();
    let quota = Quota(64 * 1024);
    let (recorded, _) = record(place.path(), 1, "seq 1 5000", &Redactor::new(), quota).await;
    assert_eq!(recorded.lines, 5_000);
    assert!(
        bytes_in(&place.path().join("a1")).len() as u64 <= quota.0,
        "the quota holds"
    );
    let page = read_log(place.path(), 1, 10_000).unwrap();
    assert_eq!(
        (
            page.lines[0].text.as_str(),
            page.lines.last().unwrap().text.as_str()
        ),
        ("1", "5000")
    );
    let gap = page
        .lines
        .iter()
        .find(|line| line.stream == Stream::Drover)
        .expect("a visible mark");
    let kept = page.lines.len() as u64 - 1;
    assert_eq!(
        gap.text,
        format!(
            "… {} lines are left out here: the output was longer than the limit …",
            5_000 - kept
        )
    );
    // Reading in small pages gives the same.
    let mut pieces = Vec::new();
    let mut from = 1;
    loop {
        let page = read_log(place.path(), from, 7).unwrap();
        pieces.extend(page.lines);
        from = page.next_seq;
        if !page.more {
            break;
        }
    }
    let strip = |lines: &[LogLine]| {
        lines
            .iter()
            .map(|line| (line.seq, line.text.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(strip(&pieces), strip(&page.lines));
}

#[tokio::test]
async fn a_second_attempt_counts_on() {
    let place = tempfile::tempdir().unwrap();
    record(
        place.path(),
        1,
        "echo a; echo b",
        &Redactor::new(),
        Quota::default(),
    )
    .await;
    record(
        place.path(),
        2,
        "echo c",
        &Redactor::new(),
        Quota::default(),
    )
    .await;
    let lines = read_log(place.path(), 1, 100).unwrap().lines;
    let seen: Vec<(u64, u32, &str)> = lines
        .iter()
        .map(|line| (line.seq, line.attempt, line.text.as_str()))
        .collect();
    assert_eq!(seen, [(1, 1, "a"), (2, 1, "b"), (3, 2, "c")]);
}

#[tokio::test]
async fn a_log_that_cannot_be_written_says_so_and_the_view_goes_on() {
    let place = tempfile::tempdir().unwrap();
    std::fs::create_dir(place.path().join("a1")).unwrap();
    std::os::unix::fs::symlink("/dev/full", place.path().join("a1/log.jsonl")).unwrap();
    let (redactor, quota) = (Redactor::new(), Quota::default());
    let (recorded, live) = record(place.path(), 1, "echo a; echo b", &redactor, quota).await;
    let error = recorded.write_error.unwrap();
    assert!(error.contains("No space left"), "{error}");
    assert_eq!(texts(&live, Stream::Stdout), ["a", "b"]);
}

#[tokio::test]
async fn attempts_that_left_nothing_hide_no_other() {
    let place = tempfile::tempdir().unwrap();
    for (attempt, script) in [(1, "echo a"), (5, "echo b"), (12, "echo c")] {
        let (redactor, quota) = (Redactor::new(), Quota::default());
        record(place.path(), attempt, script, &redactor, quota).await;
    }
    std::fs::create_dir(place.path().join("artifacts")).unwrap();
    let lines = read_log(place.path(), 1, 100).unwrap().lines;
    let seen: Vec<(u64, u32, &str)> = lines
        .iter()
        .map(|line| (line.seq, line.attempt, line.text.as_str()))
        .collect();
    assert_eq!(seen, [(1, 1, "a"), (2, 5, "b"), (3, 12, "c")]);
}

#[tokio::test]
async fn a_run_without_a_log_has_an_empty_one() {
    let place = tempfile::tempdir().unwrap();
    let page = read_log(&place.path().join("gone"), 1, 10).unwrap();
    assert_eq!((page.lines.len(), page.next_seq, page.more), (0, 1, false));
}
