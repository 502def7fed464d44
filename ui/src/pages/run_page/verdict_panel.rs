//! How the run stands, why, what to do, and how its time was spent.

use std::rc::Rc;

use drover_model::plan::text_of;
use drover_model::{Run, RunState};
use jiff::Timestamp;
use yew::prelude::*;

use super::progress_bar::progress_bar;
use super::timeline::timeline;
use super::waiting::Waiting;
use crate::bridge::clock;
use crate::components::{Button, Icon, Words};
use crate::state::queue::left_words;
use crate::state::runs::verdict;

/// Outputs that fit beside the verdict.
const SHOWN_OUTPUTS: usize = 4;

pub(super) struct VerdictPanelProps {
    pub run: Rc<Run>,
    pub phase: Option<String>,
    pub now: Timestamp,
    /// Leads to the screenshots, when a failed run has one.
    pub onshots: Callback<MouseEvent>,
}

pub(super) fn verdict_panel(props: &VerdictPanelProps) -> Html {
    let run = &props.run;
    let state = run.row.state;
    let verdict = verdict(run, props.phase.as_deref());
    let failed_with_shot = matches!(state, RunState::Failed | RunState::TimedOut)
        && run.artifacts.iter().any(|file| file.kind == "screenshot");
    html! {
        <section class={classes!("verdict", format!("verdict--{}", verdict.tone.name()))} aria-label="Verdict">
            <div class="verdict__line">
                <span class={format!("tone-{}", verdict.tone.name())}><Icon name={state.icon()} turning={state == RunState::Running} /></span>
                <div class="grow">
                    if state == RunState::Queued {
                        <Waiting run={run.clone()} now={props.now} />
                    } else {
                        <p class="verdict__title selectable" aria-live="polite" data-testid="run-verdict"><Words text={verdict.title} /></p>
                        if !verdict.next.is_empty() { <p class="verdict__next">{ verdict.next }</p> }
                        if let Some(at) = run.row.park_ends_at {
                            <p class="verdict__next" data-testid="run-park-left">
                                <span class="tone-attn tabular">{ left_words(at, props.now) }</span>
                                { format!(" It is stopped at {} when nobody lets it go on.", clock::local(at)) }
                            </p>
                        }
                    }
                </div>
                if failed_with_shot { <Button label="Open the screenshot" icon="image" small={true} onclick={props.onshots.clone()} /> }
            </div>
            if !run.outputs.is_empty() {
                <dl class="verdict__outputs">
                    for (name, value) in run.outputs.iter().take(SHOWN_OUTPUTS) {
                        <div key={name.clone()}><dt>{ name }</dt><dd class="mono selectable truncate">{ text_of(value) }</dd></div>
                    }
                    if run.outputs.len() > SHOWN_OUTPUTS { <div class="mute">{ format!("and {} more under Facts", run.outputs.len() - SHOWN_OUTPUTS) }</div> }
                </dl>
            }
            if let Some(progress) = run.progress.as_ref().filter(|_| state.holds()) { { progress_bar(progress) } }
            { timeline(run, props.now) }
        </section>
    }
}
