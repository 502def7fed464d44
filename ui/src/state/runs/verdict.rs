//! What is said first about a run: how it stands, why, and what to do next.

use drover_model::run::{StepRow, StepState};
use drover_model::{Run, RunRow, RunState, WaitReason};

use crate::components::Tone;
use crate::format;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub tone: Tone,
    /// The cause in one sentence.
    pub title: String,
    /// The next thing to do, as a sentence; empty when there is nothing to do.
    pub next: String,
}

/// Why a run is where it is, for a cell of the list: words if there are any, else the code.
pub fn cause(row: &RunRow) -> String {
    match (&row.message, &row.reason) {
        (Some(message), _) => message.clone(),
        (None, Some(reason)) if row.state != RunState::Succeeded => reason.replace('_', " "),
        _ => String::new(),
    }
}

/// What stands above the reasons of a queued run.
pub fn waits(attempt: u32, reasons: &[WaitReason]) -> String {
    match (attempt, reasons) {
        (_, []) => "It starts in a moment.".to_owned(),
        (0 | 1, [_]) => "It waits for its turn.".to_owned(),
        (0 | 1, _) => format!("It waits, for {} reasons.", reasons.len()),
        (attempt, _) => format!("It waits for attempt {attempt}."),
    }
}

pub fn verdict(run: &Run, phase: Option<&str>) -> Verdict {
    let row = &run.row;
    let said = row.message.as_deref().map(format::sentence);
    let step = failed_step(run)
        .map(|(place, of, step)| format!("Step {place}{of} failed: {}.", step.title));
    let or = |fallback: &str| said.clone().unwrap_or_else(|| fallback.to_owned());
    let (title, next) = match row.state {
        RunState::Queued => {
            let why = run.waits_because.as_deref().map(format::sentence);
            let title = match (row.attempt, why) {
                (0 | 1, Some(why)) => format!("It waits. {why}"),
                (0 | 1, None) => "It waits for its turn.".to_owned(),
                (attempt, why) => format!(
                    "It waits for attempt {attempt}. {}",
                    why.unwrap_or_default()
                )
                .trim_end()
                .to_owned(),
            };
            (title, String::new())
        }
        RunState::Starting => (
            format::sentence(phase.unwrap_or("browser and tokens are being made ready")),
            String::new(),
        ),
        RunState::Running => (current(run), String::new()),
        RunState::Parked => (
            or("The task waits for a person."),
            "Do what it asks for in the browser, then resume it.".into(),
        ),
        RunState::Stopping => (
            or("Its processes are being ended."),
            "Press Kill now if this takes too long.".into(),
        ),
        RunState::Succeeded => (or(&finished(run)), String::new()),
        RunState::Failed => {
            let title = match (step, &said) {
                (Some(step), Some(said)) if !said.contains(&step) => format!("{step} {said}"),
                (Some(step), _) => step,
                (None, _) => or("The task failed."),
            };
            (title, advice(row.reason.as_deref()).into())
        }
        RunState::TimedOut => (
            or("A time limit passed."),
            advice(row.reason.as_deref()).into(),
        ),
        RunState::Cancelled => (or("It was stopped."), String::new()),
        RunState::Lost if row.asks => (
            or("Drover stopped while this ran. Its outcome is unknown."),
            "It waits for your answer: run it again if that is safe, or mark it as done.".into(),
        ),
        RunState::Lost => (
            or("Drover stopped while this ran. Its outcome is unknown."),
            "Look at what the task may have done, then run it again if that is safe.".into(),
        ),
        RunState::Skipped => (or("It was never started, on purpose."), String::new()),
        RunState::Expired => (or("It was not started in time."), String::new()),
    };
    Verdict {
        tone: Tone::of(row.state.tone()),
        title,
        next,
    }
}

/// The step that failed in the last attempt, its place, and " of 9" where the number of steps is known.
fn failed_step(run: &Run) -> Option<(usize, String, &StepRow)> {
    let steps = &run.attempts.last()?.steps;
    let at = steps
        .iter()
        .position(|step| step.state == StepState::Failed)?;
    let of = if run.plan.steps.is_empty() {
        String::new()
    } else {
        format!(" of {}", run.plan.steps.len())
    };
    Some((at + 1, of, &steps[at]))
}

fn current(run: &Run) -> String {
    let step = run.attempts.last().and_then(|last| {
        last.steps
            .iter()
            .rev()
            .find(|step| step.state == StepState::Running)
    });
    let label = run
        .progress
        .as_ref()
        .map(|progress| progress.label.as_str())
        .filter(|label| !label.is_empty());
    match (step, label) {
        (Some(step), _) => format::sentence(&step.title),
        (None, Some(label)) => format::sentence(label),
        (None, None) => "Task code is running.".to_owned(),
    }
}

fn finished(run: &Run) -> String {
    match run.outputs.len() {
        0 => "It ended as wished.".to_owned(),
        count => format!(
            "It ended as wished, with {}.",
            format::plural(count as u64, "output")
        ),
    }
}

fn advice(reason: Option<&str>) -> &'static str {
    match reason.unwrap_or_default() {
        "exit_code" | "runner_exited" | "task_failed" => "The last lines of the log say more.",
        "step_failed" => "The last screenshot shows the page as it was.",
        "secret_unavailable" => "Look at the token on the Vault page, then run it again.",
        "script_missing" | "program_missing" => "Correct the path in the task, then run it again.",
        "node_unavailable" | "playwright_unavailable" => {
            "Settings shows what was found and can install Playwright."
        }
        "python_unavailable" => {
            "Name a Python in the task, or put a virtual environment with Playwright beside the script."
        }
        "browser_unavailable" | "launch_timeout" => "Settings shows which browsers were found.",
        "profile_in_use" => "Close the Chrome that has this profile open, then run it again.",
        "browser_crashed" | "browser_closed" | "browser_hung" => {
            "Run it again; the log says what the page did before."
        }
        "proxy_failed" => "Check the proxy. Drover never falls back to this machine's own address.",
        "start_limit" => {
            "Raise the start limit in the task, or find out what holds up the browser."
        }
        "run_limit" | "idle_limit" => {
            "Raise the limit in the task, or find out what it was waiting for."
        }
        "park_limit" => "Nobody resumed it in time; run it again.",
        _ => "The log says more.",
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::tests::run;
    use super::*;

    fn check(change: impl FnOnce(&mut Run), state: RunState, title: &str) -> Verdict {
        let mut run = run(state);
        change(&mut run);
        let verdict = verdict(&run, None);
        assert_eq!(verdict.title, title);
        verdict
    }

    #[test]
    fn every_state_says_how_it_stands() {
        check(|_| {}, RunState::Queued, "It waits for its turn.");
        check(
            |run| run.waits_because = Some("2 of 2 workers busy".into()),
            RunState::Queued,
            "It waits. 2 of 2 workers busy.",
        );
        check(|_| {}, RunState::Running, "Task code is running.");
        check(
            |_| {},
            RunState::Lost,
            "Drover stopped while this ran. Its outcome is unknown.",
        );
        for state in RunState::ALL {
            assert!(
                !verdict(&run(state), None).title.is_empty(),
                "{state:?} says something"
            );
        }
    }

    #[test]
    fn a_queued_run_counts_its_reasons() {
        let reason = WaitReason {
            code: drover_model::WaitCode::Paused,
            text: "the queue is paused".into(),
            blocked_by: Vec::new(),
            clears_at: None,
        };
        let two = [reason.clone(), reason];
        assert_eq!(waits(1, &[]), "It starts in a moment.");
        assert_eq!(waits(1, &two[..1]), "It waits for its turn.");
        assert_eq!(waits(1, &two), "It waits, for 2 reasons.");
        assert_eq!(waits(2, &two), "It waits for attempt 2.");
    }

    #[test]
    fn a_failure_names_its_step_and_what_to_do() {
        let failed = |run: &mut Run| {
            let step = |index: u32, state| StepRow {
                index,
                title: "Click `Sign in`".into(),
                state,
                started_ms: 0,
                took_ms: None,
                error: None,
            };
            run.attempts[0].steps = vec![step(0, StepState::Passed), step(1, StepState::Failed)];
            run.row.reason = Some("step_failed".into());
            run.row.message = Some("no element matched".into());
        };
        let verdict = check(
            failed,
            RunState::Failed,
            "Step 2 failed: Click `Sign in`. No element matched.",
        );
        assert_eq!(
            verdict.next,
            "The last screenshot shows the page as it was."
        );
        assert_eq!(verdict.tone, Tone::Err);
    }

    #[test]
    fn a_cell_prefers_words_to_codes() {
        let mut row = run(RunState::TimedOut).row;
        row.reason = Some("run_limit".into());
        assert_eq!(cause(&row), "run limit");
        row.message = Some("run limit of 5m passed".into());
        assert_eq!(cause(&row), "run limit of 5m passed");
    }
}
