//! What is paused: since when, until when, by whom and why.

use std::rc::Rc;

use drover_model::request::QueueView;
use drover_model::{Pause, PauseKey};
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::bridge::clock;
use crate::components::{Button, Tag};
use crate::format;
use crate::hooks::use_now;
use crate::route::Route;
use crate::state::queue::{by_words, left_words, paused_words, scope_word};

#[derive(PartialEq, Properties)]
pub(super) struct PausesProps {
    pub view: Rc<QueueView>,
    pub onresume: Callback<PauseKey>,
}

#[component]
pub(super) fn Pauses(props: &PausesProps) -> Html {
    let pauses = &props.view.pauses;
    let ends = pauses.iter().any(|pause| pause.until.is_some());
    let now = use_now(if ends { 1_000 } else { 30_000 });
    html! {
        <section class="panel" aria-label="Paused" data-testid="queue-pauses">
            <div class="panel__head">
                <h2 class="panel__title">{ "Paused" }</h2>
                <span class="mute small">{ "what runs goes on" }</span>
            </div>
            <table class="table">
                <thead><tr>
                    <th>{ "What" }</th><th>{ "Since" }</th><th>{ "Until" }</th><th class="wide">{ "Why" }</th>
                    <th class="actions"><span class="visually-hidden">{ "Actions" }</span></th>
                </tr></thead>
                <tbody>for pause in pauses { { row(pause, &props.onresume, now) } }</tbody>
            </table>
        </section>
    }
}

fn row(pause: &Pause, onresume: &Callback<PauseKey>, now: Timestamp) -> Html {
    let key = pause.what.to_string();
    let onclick = {
        let what = pause.what.clone();
        onresume.reform(move |_: MouseEvent| what.clone())
    };
    let until = match pause.until {
        Some(at) => {
            html! { <span class="tabular" title={clock::local(at)}>{ left_words(at, now) }</span> }
        }
        None => html! { <span class="mute">{ "somebody resumes it" }</span> },
    };
    html! {
        <tr key={key.clone()} data-testid={format!("pause-{key}")}>
            <td><span class="row"><Tag label={scope_word(pause.what.scope())} />{ name(&pause.what) }</span></td>
            <td class="dim" title={clock::local(pause.since)}>{ format!("{}, {}", format::relative(pause.since, now), by_words(pause.by)) }</td>
            <td>{ until }</td>
            <td class="wide">if pause.note.is_empty() { <span class="mute">{ "no reason was given" }</span> } else { <span title={pause.note.clone()}>{ &pause.note }</span> }</td>
            <td class="actions"><div>
                <Button label="Resume" icon="play" small={true} {onclick} aria_label={format!("Resume {}", paused_words(&pause.what))} testid={format!("pause-resume-{key}")} />
            </div></td>
        </tr>
    }
}

/// The name, as a link to the list that it stands in.
fn name(key: &PauseKey) -> Html {
    let (to, name) = match key {
        PauseKey::All => return Html::default(),
        PauseKey::Task(name) => (Route::Tasks, name),
        PauseKey::Profile(name) => (Route::Profiles, name),
        PauseKey::Proxy(name) => (Route::Proxies, name),
    };
    html! { <Link<Route> {to} classes="link mono">{ name.as_str() }</Link<Route>> }
}
