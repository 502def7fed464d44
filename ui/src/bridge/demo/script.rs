//! What a run does and tells: its steps with their lengths, and its log.

use drover_model::run::{StepRow, StepState};
use drover_model::{RunState, Stream, Task};

/// Steps of a task with the milliseconds that each takes.
pub(super) fn script(task: &str) -> &'static [(&'static str, u64)] {
    match task {
        "Log in and read orders" => &[
            ("Open http://127.0.0.1:43117/", 640),
            ("Fill User", 120),
            ("Fill Password with •••• shop-login", 130),
            ("Click Sign in", 410),
            ("Wait for “Welcome”", 900),
            ("Extract orders", 80),
            ("Screenshot home", 320),
        ],
        "Price check" => &[
            ("Open the shop", 1_400),
            ("Search for A-1", 700),
            ("Wait for `.hit`", 2_600),
            ("Read the price", 150),
            ("Screenshot result", 300),
        ],
        _ => &[("Run the program", 1_900)],
    }
}

/// The steps as they stand when the run is in that state.
pub(super) fn steps(task: &Task, state: RunState) -> Vec<StepRow> {
    let script = script(task.spec.name.as_str());
    let reached = match state {
        RunState::Succeeded => script.len(),
        RunState::Running => script.len().min(2),
        _ => script.len().min(3),
    };
    let mut at = 900;
    let mut rows = Vec::new();
    for (index, (title, ms)) in script.iter().enumerate().take(reached) {
        let last = index + 1 == reached;
        let state = match state {
            RunState::Running if last => StepState::Running,
            RunState::Failed | RunState::TimedOut if last => StepState::Failed,
            _ => StepState::Passed,
        };
        rows.push(StepRow {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            title: (*title).to_owned(),
            state,
            started_ms: at,
            took_ms: (state != StepState::Running).then_some(if state == StepState::Failed {
                30_000
            } else {
                *ms
            }),
            error: (state == StepState::Failed)
                .then(|| "Timeout 30000 ms exceeded waiting for locator('.hit')".to_owned()),
        });
        at += ms;
    }
    rows
}

/// The log as it stands when the run is in that state: milliseconds, source, text.
pub(super) fn story(task: &Task, state: RunState) -> Vec<(u64, Stream, String)> {
    let mut lines: Vec<(u64, Stream, String)> = vec![
        (
            0,
            Stream::Drover,
            "launching chromium 156.0.8078.79".to_owned(),
        ),
        (
            610,
            Stream::Drover,
            "browser is ready; task code starts".to_owned(),
        ),
    ];
    for step in steps(task, state) {
        lines.push((step.started_ms, Stream::Steps, step.title.clone()));
        lines.push((
            step.started_ms + 30,
            Stream::Stdout,
            format!(
                "\u{1b}[2m[{}]\u{1b}[0m {}",
                step.index + 1,
                words(step.index)
            ),
        ));
        if let Some(error) = step.error {
            lines.push((
                step.started_ms + 30_000,
                Stream::Stderr,
                format!("\u{1b}[31mTimeoutError\u{1b}[0m: {error}"),
            ));
            lines.push((
                step.started_ms + 30_001,
                Stream::Stderr,
                "    at script.mjs:7:14".to_owned(),
            ));
        }
    }
    let end = lines.last().map_or(0, |(at, _, _)| at + 400);
    match state {
        RunState::Succeeded => {
            lines.push((
                end,
                Stream::Stdout,
                "\u{1b}[32m✓\u{1b}[0m price = \u{1b}[1m12.50\u{1b}[0m".to_owned(),
            ));
            lines.push((
                end + 200,
                Stream::Drover,
                "exit code 0; browser closed".to_owned(),
            ));
        }
        RunState::Failed => lines.push((
            end,
            Stream::Drover,
            "exit code 1; browser closed".to_owned(),
        )),
        RunState::TimedOut => lines.push((
            end,
            Stream::Drover,
            "run limit of 15 min passed; ending the processes".to_owned(),
        )),
        RunState::Cancelled => lines.push((
            end,
            Stream::Drover,
            "stopped by you; browser closed".to_owned(),
        )),
        _ => {}
    }
    lines
}

pub(super) fn words(index: u32) -> &'static str {
    [
        "GET / 200 in 84 ms",
        "3 fields found",
        "waiting for the network to rest",
        "POST /login 303",
        "text found",
        "3 rows read",
        "kept 01-home.png",
    ]
    .get(index as usize)
    .unwrap_or(&"done")
}
