//! The steps of an attempt: what was done, what is being done, what comes.

use std::rc::Rc;

use drover_model::Run;
use drover_model::run::{StepRow, StepState};
use yew::prelude::*;

use crate::components::{Choice, Icon, Segments, Words};
use crate::format;

#[derive(PartialEq, Properties)]
pub(super) struct AttemptStepsProps {
    pub run: Rc<Run>,
}

#[component]
pub(super) fn AttemptSteps(props: &AttemptStepsProps) -> Html {
    let run = &props.run;
    let chosen = use_state_eq(|| None::<u32>);
    let onchange = use_callback(chosen.setter(), |key: AttrValue, chosen| {
        chosen.set(key.parse().ok());
    });
    let attempt = run
        .attempts
        .iter()
        .find(|attempt| Some(attempt.attempt) == *chosen)
        .or(run.attempts.last());
    let done: &[StepRow] = attempt.map_or(&[], |attempt| &attempt.steps);
    let last = attempt.map(|attempt| attempt.attempt)
        == run.attempts.last().map(|attempt| attempt.attempt);
    let coming = run
        .plan
        .steps
        .iter()
        .skip(done.len())
        .filter(|_| run.row.state.is_live() && last);
    html! {
        <section class="panel steps-panel" aria-label="Steps">
            <div class="panel__head">
                <h2 class="panel__title">{ "Steps" }</h2>
                if run.attempts.len() > 1 {
                    <Segments label="Attempt" value={attempt.map(|attempt| attempt.attempt.to_string()).unwrap_or_default()} {onchange}
                        choices={run.attempts.iter().map(|attempt| Choice::new(attempt.attempt.to_string(), attempt.attempt.to_string())).collect::<Vec<_>>()} />
                }
            </div>
            <ol class="run-steps" data-testid="run-steps">
                for step in done { { line(step) } }
                for (offset, step) in coming.enumerate() {
                    <li class="run-step run-step--coming" key={format!("coming-{offset}")}>
                        <Icon name="circle" /><span class="run-step__title"><Words text={run.plan.title(step)} /></span>
                    </li>
                }
                if done.is_empty() && run.plan.steps.is_empty() { <li class="run-steps__none">{ nothing(run) }</li> }
            </ol>
        </section>
    }
}

fn line(step: &StepRow) -> Html {
    let (icon, tone, word) = match step.state {
        StepState::Running => ("loader", "tone-info", "running"),
        StepState::Passed => ("circle-check", "tone-ok", "passed"),
        StepState::Failed => ("circle-x", "tone-err", "failed"),
        StepState::Skipped => ("circle-minus", "tone-mute", "skipped"),
    };
    html! {
        <li class={classes!("run-step", (step.state == StepState::Failed).then_some("run-step--failed"))} key={step.index}>
            <span class={tone}><Icon name={icon} turning={step.state == StepState::Running} /><span class="visually-hidden">{ word }</span></span>
            <span class="run-step__title"><Words text={step.title.clone()} /></span>
            if let Some(ms) = step.took_ms { <span class="run-step__time">{ format::fine_duration(ms) }</span> }
            if let Some(error) = &step.error { <p class="run-step__error selectable">{ error }</p> }
        </li>
    }
}

fn nothing(run: &Run) -> &'static str {
    if run.row.state.is_live() {
        "None yet. Tests and steps appear here as they begin."
    } else {
        "This run told of no steps."
    }
}
