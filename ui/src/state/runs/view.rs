//! One run as its page knows it: what was loaded, and what its stream has told since.

use std::rc::Rc;

use drover_model::run::{Progress, StepRow, StepState};
use drover_model::{Run, RunBatch, RunRow};
use yew::Reducible;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunView {
    pub run: Option<Rc<Run>>,
    /// What is being done before task code starts.
    pub phase: Option<String>,
    live_row: Option<RunRow>,
    live_steps: Vec<StepRow>,
    live_progress: Option<Progress>,
}

pub enum ViewAction {
    Loaded(Box<Run>),
    News(Box<RunBatch>),
}

impl RunView {
    /// Whether a batch changes anything that this view shows; log lines alone do not.
    pub fn concerns(batch: &RunBatch) -> bool {
        batch.row.is_some()
            || batch.progress.is_some()
            || batch.phase.is_some()
            || !batch.steps.is_empty()
    }
}

impl Reducible for RunView {
    type Action = ViewAction;

    fn reduce(self: Rc<Self>, action: ViewAction) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            ViewAction::Loaded(run) => next.run = Some(Rc::from(run)),
            ViewAction::News(batch) => {
                let batch = *batch;
                if let Some(row) = batch
                    .row
                    .filter(|row| next.live_row.as_ref().is_none_or(|old| row.seq >= old.seq))
                {
                    next.live_row = Some(row);
                }
                for step in batch.steps {
                    match next
                        .live_steps
                        .iter_mut()
                        .find(|known| known.index == step.index)
                    {
                        Some(known) => *known = step,
                        None => next.live_steps.push(step),
                    }
                }
                next.live_progress = batch.progress.or(next.live_progress);
                next.phase = batch.phase.or(next.phase);
            }
        }
        next.settle();
        if next == *self { self } else { Rc::new(next) }
    }
}

impl RunView {
    /// Puts the news into the loaded run, where they are newer.
    fn settle(&mut self) {
        let Some(run) = &mut self.run else { return };
        let run = Rc::make_mut(run);
        if let Some(row) = self.live_row.as_ref().filter(|row| row.seq > run.row.seq) {
            if row.attempt > run.row.attempt {
                // Steps and progress of an earlier attempt say nothing about this one.
                self.live_steps.clear();
                self.live_progress = None;
                run.progress = None;
            }
            run.row = row.clone();
        }
        if run.row.state != drover_model::RunState::Starting {
            self.phase = None;
        }
        let attempt = run.row.attempt;
        if let Some(current) = run
            .attempts
            .iter_mut()
            .find(|other| other.attempt == attempt)
        {
            for step in &self.live_steps {
                match current
                    .steps
                    .iter_mut()
                    .find(|known| known.index == step.index)
                {
                    // What was loaded may know the end of a step before the stream tells it.
                    Some(known)
                        if step.state == StepState::Running
                            && known.state != StepState::Running => {}
                    Some(known) => *known = step.clone(),
                    None => current.steps.push(step.clone()),
                }
            }
            current.steps.sort_by_key(|step| step.index);
        }
        if let Some(progress) = &self.live_progress {
            run.progress = Some(progress.clone());
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use drover_model::{RunId, RunState, TaskId};
    use serde_json::{Value, json};

    use super::*;

    /// A run of a command, queued at second 1,000, claimed 2 s and started 3 s later.
    pub(crate) fn run(state: RunState) -> Run {
        let claimed = state.holds() || state == RunState::Succeeded || state == RunState::Failed;
        let attempt = json!({
            "attempt": 1, "claimed_at": "1970-01-01T00:16:42Z", "running_at": "1970-01-01T00:16:43Z",
            "ended_at": Value::Null, "outcome": Value::Null, "message": Value::Null, "exit": Value::Null, "rung": Value::Null, "steps": []
        });
        let plan = json!({
            "task": "a", "task_version": 1, "kind": "command", "run": Value::Null, "profile": Value::Null, "browser": Value::Null,
            "visible": false, "placement": "profile", "program": "/usr/bin/echo", "cwd": Value::Null, "script": Value::Null,
            "proxy_id": Value::Null, "proxy_name": Value::Null, "proxy": Value::Null, "limits": {"start": "2m", "run": "1h", "idle": Value::Null},
            "retries": {"max": 0, "backoff": "exponential", "on": []}, "on_lost": "fail", "screenshot": "on-failure"
        });
        serde_json::from_value(json!({
            "row": {
                "id": RunId::from_bits(9), "task": "a", "task_id": TaskId::from_bits(8), "task_version": 1, "kind": "command",
                "profile": Value::Null, "profile_id": Value::Null, "state": state.key(), "reason": Value::Null, "message": Value::Null,
                "attempt": 1, "stop_intent": Value::Null, "queued_at": "1970-01-01T00:16:40Z",
                "started_at": if claimed { json!("1970-01-01T00:16:43Z") } else { Value::Null },
                "finished_at": Value::Null, "waited_ms": Value::Null, "ran_ms": Value::Null, "rerun_of": Value::Null, "seq": 5
            },
            "plan": plan, "attempts": if claimed { json!([attempt]) } else { json!([]) }, "exit": Value::Null, "outputs": {},
            "artifacts": [], "progress": Value::Null, "waits_because": Value::Null
        }))
        .unwrap()
    }

    fn step(index: u32, state: StepState) -> StepRow {
        StepRow {
            index,
            title: format!("step {index}"),
            state,
            started_ms: 0,
            took_ms: None,
            error: None,
        }
    }

    fn news(batch: RunBatch) -> ViewAction {
        ViewAction::News(Box::new(batch))
    }

    fn apply(actions: impl IntoIterator<Item = ViewAction>) -> Rc<Run> {
        let view = actions
            .into_iter()
            .fold(Rc::new(RunView::default()), RunView::reduce);
        view.run.clone().unwrap()
    }

    #[test]
    fn news_that_come_before_the_load_are_not_lost() {
        let steps = vec![step(0, StepState::Running)];
        let loaded = ViewAction::Loaded(Box::new(run(RunState::Running)));
        let run = apply([
            news(RunBatch {
                steps,
                ..RunBatch::default()
            }),
            loaded,
        ]);
        assert_eq!(run.attempts[0].steps.len(), 1);
    }

    #[test]
    fn an_older_row_does_not_win() {
        let mut old = run(RunState::Starting).row;
        old.seq = 3;
        let loaded = ViewAction::Loaded(Box::new(run(RunState::Running)));
        let run = apply([
            loaded,
            news(RunBatch {
                row: Some(old),
                ..RunBatch::default()
            }),
        ]);
        assert_eq!(run.row.state, RunState::Running);
    }

    #[test]
    fn the_end_of_a_step_is_not_taken_back() {
        let mut loaded = run(RunState::Running);
        loaded.attempts[0].steps = vec![step(0, StepState::Passed)];
        let late = news(RunBatch {
            steps: vec![step(0, StepState::Running), step(1, StepState::Running)],
            ..RunBatch::default()
        });
        let run = apply([ViewAction::Loaded(Box::new(loaded)), late]);
        let states: Vec<StepState> = run.attempts[0]
            .steps
            .iter()
            .map(|step| step.state)
            .collect();
        assert_eq!(states, [StepState::Passed, StepState::Running]);
    }

    #[test]
    fn a_further_attempt_begins_without_steps() {
        let mut next = run(RunState::Queued).row;
        (next.seq, next.attempt) = (6, 2);
        let steps = vec![step(0, StepState::Failed)];
        let loaded = ViewAction::Loaded(Box::new(run(RunState::Running)));
        let batches = [
            RunBatch {
                steps,
                ..RunBatch::default()
            },
            RunBatch {
                row: Some(next),
                ..RunBatch::default()
            },
        ];
        let view = std::iter::once(loaded)
            .chain(batches.map(news))
            .fold(Rc::new(RunView::default()), RunView::reduce);
        assert!(
            view.live_steps.is_empty(),
            "they belong to the first attempt"
        );
        assert_eq!(
            view.run.as_ref().unwrap().attempts[0].steps.len(),
            1,
            "where they stay"
        );
    }

    #[test]
    fn lines_alone_concern_the_log_only() {
        assert!(!RunView::concerns(&RunBatch::default()));
        assert!(RunView::concerns(&RunBatch {
            phase: Some("launching Chrome".into()),
            ..RunBatch::default()
        }));
    }
}
