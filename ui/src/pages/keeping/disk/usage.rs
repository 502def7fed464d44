//! What the profile takes on disk, as a bar with its legend.

use std::rc::Rc;

use drover_model::{Profile, Usage};
use yew::prelude::*;

use super::sweep::SweepDialog;
use crate::components::Button;
use crate::format;
use crate::state::keeping::{UsagePart, usage_parts};

#[derive(PartialEq, Properties)]
pub(super) struct UsagePanelProps {
    pub profile: Rc<Profile>,
    pub usage: Usage,
    pub onchanged: Callback<()>,
}

#[component]
pub(super) fn UsagePanel(props: &UsagePanelProps) -> Html {
    let sweeping = use_state_eq(|| false);
    let onsweep = use_callback(sweeping.setter(), |_: MouseEvent, sweeping| {
        sweeping.set(true);
    });
    let onclose = use_callback(sweeping.setter(), |(): (), sweeping| sweeping.set(false));
    let parts = usage_parts(&props.usage);
    let span = |part: &UsagePart| {
        let width = format!("--w:{}.{}%", part.permille / 10, part.permille % 10);
        html! { <span key={part.key} class={format!("usage__part usage--{}", part.key)} style={width} /> }
    };
    let entry = |part: &UsagePart| {
        html! {
            <div key={part.key} class={format!("usage__entry usage--{}", part.key)}>
                <dt><span class="usage__key" aria-hidden="true" />{ part.label }</dt>
                <dd>{ format::size(part.bytes) }</dd>
            </div>
        }
    };
    html! {
        <section class="panel" aria-labelledby="usage-title">
            <div class="panel__head">
                <h2 class="panel__title" id="usage-title">{ "On disk" }</h2>
                <span class="second tabular" data-testid="usage-total">{ format::size(props.usage.total()) }</span>
                <Button label="Sweep caches…" icon="sparkles" small={true} onclick={onsweep} testid="sweep" />
            </div>
            <div class="panel__body">
                <div class="usage" aria-hidden="true">for part in parts.iter().filter(|part| part.bytes > 0) { { span(part) } }</div>
                <dl class="usage__legend">for part in &parts { { entry(part) } }</dl>
            </div>
            if *sweeping { <SweepDialog profile={props.profile.clone()} onchanged={props.onchanged.clone()} {onclose} /> }
        </section>
    }
}
