//! Plays a run: states, steps and lines in the time that a real one would take.

use drover_model::run::{Artifact, Attempt, Progress, StepRow, StepState};
use drover_model::{Fact, LogLine, RunBatch, RunId, RunState, Stream};
use gloo_timers::future::TimeoutFuture;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::backend::Stage;
use super::script::{script, words};
use super::seats;
use crate::bridge::clock;

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
