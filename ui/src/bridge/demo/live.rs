//! Plays a run: states, steps and lines in the time that a real one would take.

use drover_model::run::{Artifact, Attempt, Progress, StepRow, StepState};
use drover_model::{Fact, LogLine, RunBatch, RunId, RunState, Stream, Task};
use gloo_timers::future::TimeoutFuture;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::backend::Stage;
use super::seats;
use crate::bridge::clock;

/// Steps of a task with the milliseconds that each takes.
fn script(task: &str) -> &'static [(&'static str, u64)] {
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

fn words(index: u32) -> &'static str {
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

/// From the queue to the end.
pub(super) fn play(stage: Stage, run: RunId) {
    spawn_local(async move {
        TimeoutFuture::new(500).await;
        if stage.world.borrow().paused || !go(&stage, run, RunState::Starting) {
            return;
        }
        for (phase, pause) in [("taking the profile", 250), ("launching Chrome", 500)] {
            stage.show(
                run,
                &RunBatch {
                    phase: Some(phase.into()),
                    ..RunBatch::default()
                },
            );
            write(&stage, run, Stream::Drover, phase);
            TimeoutFuture::new(pause).await;
        }
        if go(&stage, run, RunState::Running) {
            work(&stage, run, 0, 1).await;
        }
    });
}

/// A run that was under way when the scene began.
pub(super) fn continue_run(stage: Stage, run: RunId) {
    spawn_local(async move {
        work(&stage, run, 1, 12).await;
    });
}

/// `pace` slows it down, so that the run which is under way from the start stays so while somebody looks.
async fn work(stage: &Stage, run: RunId, from: usize, pace: u32) {
    let Some(task) = stage
        .world
        .borrow()
        .rows()
        .find(|row| row.id == run)
        .map(|row| row.task.clone())
    else {
        return;
    };
    let script = script(task.as_str());
    for (index, (title, ms)) in script.iter().enumerate().skip(from) {
        if !state(stage, run).is_some_and(|state| state == RunState::Running) {
            return end(stage, run);
        }
        step(stage, run, index, title, None);
        let total = script.len();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a script has a handful of steps"
        )]
        let progress = Progress {
            done: index as f64,
            total: total as f64,
            label: (*title).to_owned(),
        };
        stage.show(
            run,
            &RunBatch {
                progress: Some(progress),
                ..RunBatch::default()
            },
        );
        for part in 0..4 {
            write(
                stage,
                run,
                Stream::Stdout,
                &format!(
                    "\u{1b}[2m[{}.{part}]\u{1b}[0m {}",
                    index + 1,
                    words(u32::try_from(index).unwrap_or(0))
                ),
            );
            TimeoutFuture::new(pace * u32::try_from(ms / 2).unwrap_or(500).max(150)).await;
        }
        step(stage, run, index, title, Some(*ms));
    }
    end(stage, run);
}

fn end(stage: &Stage, run: RunId) {
    let to = match state(stage, run) {
        Some(RunState::Running) => RunState::Succeeded,
        Some(RunState::Stopping) => RunState::Cancelled,
        _ => return,
    };
    if to == RunState::Succeeded {
        write(
            stage,
            run,
            Stream::Stdout,
            "\u{1b}[32m✓\u{1b}[0m price = \u{1b}[1m12.50\u{1b}[0m",
        );
        if let Ok(run) = stage.world.borrow_mut().run_mut(run) {
            run.outputs.insert("price".into(), json!("12.50"));
            run.artifacts.push(Artifact {
                kind: "screenshot".into(),
                path: format!("runs/{}/01-home.png", run.row.id),
                bytes: 48_211,
            });
        }
    }
    write(stage, run, Stream::Drover, "browser closed");
    go(stage, run, to);
    stage.show(
        run,
        &RunBatch {
            refresh: true,
            ..RunBatch::default()
        },
    );
}

fn state(stage: &Stage, run: RunId) -> Option<RunState> {
    stage
        .world
        .borrow()
        .rows()
        .find(|row| row.id == run)
        .map(|row| row.state)
}

/// Moves the run and tells everybody; not when it ended meanwhile.
fn go(stage: &Stage, run: RunId, to: RunState) -> bool {
    let now = clock::now();
    let mut world = stage.world.borrow_mut();
    world.now = now;
    let Ok(found) = world.run_mut(run) else {
        return false;
    };
    if found.row.state.is_terminal() {
        return false;
    }
    found.row.state = to;
    match to {
        RunState::Starting => {
            found.waits_because = None;
            let attempt = Attempt {
                attempt: 1,
                claimed_at: now,
                running_at: None,
                ended_at: None,
                outcome: None,
                message: None,
                exit: None,
                rung: None,
                steps: Vec::new(),
                network: None,
            };
            found.attempts.push(attempt);
        }
        RunState::Running => {
            found.row.started_at = Some(now);
            found.row.waited_ms =
                u64::try_from(now.duration_since(found.row.queued_at).as_millis()).ok();
        }
        ended if ended.is_terminal() => {
            found.row.finished_at = Some(now);
            found.row.ran_ms = found
                .row
                .started_at
                .and_then(|at| u64::try_from(now.duration_since(at).as_millis()).ok());
            found.progress = None;
        }
        _ => {}
    }
    let row = found.row.clone();
    for profile in world
        .profiles
        .iter_mut()
        .filter(|profile| Some(profile.id) == row.profile_id)
    {
        profile.in_use_by = to.holds().then_some(run);
        if to.is_terminal() {
            profile.last_result = Some(to);
        }
    }
    seats::follow(&mut world, &row);
    let facts = [
        Fact::RunMoved {
            run,
            attempt: 1,
            to,
            reason: None,
        },
        Fact::BrowsersChanged,
    ];
    let events = facts.map(|fact| world.event(fact));
    drop(world);
    stage.tell(&events);
    stage.show(
        run,
        &RunBatch {
            row: Some(row),
            ..RunBatch::default()
        },
    );
    true
}

fn write(stage: &Stage, run: RunId, stream: Stream, text: &str) {
    let line = {
        let mut world = stage.world.borrow_mut();
        let started = world.run_mut(run).ok().and_then(|run| run.row.started_at);
        let t_ms = started.map_or(0, |at| {
            u64::try_from(clock::now().duration_since(at).as_millis()).unwrap_or(0)
        });
        let lines = world.logs.entry(run).or_default();
        let line = LogLine {
            seq: lines.len() as u64 + 1,
            attempt: 1,
            t_ms,
            stream,
            text: text.to_owned(),
        };
        lines.push(line.clone());
        line
    };
    stage.show(
        run,
        &RunBatch {
            lines: vec![line],
            ..RunBatch::default()
        },
    );
}

fn step(stage: &Stage, run: RunId, index: usize, title: &str, took: Option<u64>) {
    let at = clock::now();
    let row = {
        let mut world = stage.world.borrow_mut();
        let Ok(found) = world.run_mut(run) else {
            return;
        };
        let started = found.row.started_at.map_or(0, |start| {
            u64::try_from(at.duration_since(start).as_millis()).unwrap_or(0)
        });
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let row = StepRow {
            index,
            title: title.to_owned(),
            state: if took.is_some() {
                StepState::Passed
            } else {
                StepState::Running
            },
            started_ms: started,
            took_ms: took,
            error: None,
        };
        if let Some(attempt) = found.attempts.last_mut() {
            attempt.steps.retain(|step| step.index != index);
            attempt.steps.push(row.clone());
        }
        row
    };
    if took.is_none() {
        write(stage, run, Stream::Steps, title);
    }
    stage.show(
        run,
        &RunBatch {
            steps: vec![row],
            ..RunBatch::default()
        },
    );
}
