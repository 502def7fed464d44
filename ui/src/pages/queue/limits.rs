//! The limits, how far each is used, and who waits for it.

use std::rc::Rc;

use drover_model::request::QueueView;
use drover_model::{Limit, LimitKind};
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::{Badge, Button, IconButton, Tag, Tone};
use crate::format;
use crate::route::Route;
use crate::state::queue::{is_full, kind_word, rate_words, used};

#[derive(PartialEq, Properties)]
pub(super) struct LimitsProps {
    pub view: Rc<QueueView>,
    pub onedit: Callback<Limit>,
    pub onremove: Callback<Limit>,
    pub onnew: Callback<MouseEvent>,
}

#[component]
pub(super) fn Limits(props: &LimitsProps) -> Html {
    let limits = &props.view.limits;
    html! {
        <section class="panel" aria-label="Limits">
            <div class="panel__head">
                <h2 class="panel__title">{ "Limits" }</h2>
                <span class="mute small">{ "a profile always runs one thing at a time" }</span>
            </div>
            if limits.is_empty() {
                <div class="panel__body" data-testid="limits-empty">
                    <p class="second">{ "Nothing is limited but the workers. A limit keeps a proxy, a token, a tag, a task or a named resource from being used by too many runs at once." }</p>
                    <div><Button label="Set a limit" icon="plus" small={true} onclick={props.onnew.clone()} /></div>
                </div>
            } else {
                <table class="table" data-testid="queue-limits">
                    <thead><tr>
                        <th>{ "What" }</th><th>{ "Running" }</th><th>{ "Starts" }</th><th class="num">{ "Waiting" }</th>
                        <th class="actions"><span class="visually-hidden">{ "Actions" }</span></th>
                    </tr></thead>
                    <tbody>for limit in limits { { row(limit, props) } }</tbody>
                </table>
            }
        </section>
    }
}

fn row(limit: &Limit, props: &LimitsProps) -> Html {
    let key = limit.key.to_string();
    let act = |callback: &Callback<Limit>| {
        let limit = limit.clone();
        callback.reform(move |_: MouseEvent| limit.clone())
    };
    let holders: Vec<String> = limit
        .held_by
        .iter()
        .map(|run| format!("#{}", run.short()))
        .collect();
    html! {
        <tr key={key.clone()} data-testid={format!("limit-{key}")}>
            <td><span class="row"><Tag label={kind_word(limit.key.kind)} />{ name(limit) }</span></td>
            <td class="tabular" title={holders.join(", ")}>
                <span class="row">{ used(limit) }if is_full(limit) { <Badge label="full" tone={Tone::Warn} plain={true} /> }</span>
            </td>
            <td class="dim">{ limit.rate.map_or_else(|| html! { <span class="mute">{ "any number" }</span> }, |rate| html! { { rate_words(rate) } }) }</td>
            <td class={classes!("num", (limit.waiting == 0).then_some("mute"))}>{ format::count(u64::from(limit.waiting)) }</td>
            <td class="actions"><div>
                <IconButton icon="pencil" label={format!("Change the limit of {key}")} small={true} onclick={act(&props.onedit)} testid={format!("limit-edit-{key}")} />
                <IconButton icon="trash-2" label={format!("Remove the limit of {key}")} small={true} onclick={act(&props.onremove)} testid={format!("limit-remove-{key}")} />
            </div></td>
        </tr>
    }
}

/// The name, as a link to the list that it stands in.
fn name(limit: &Limit) -> Html {
    let text = limit.key.name.as_str();
    let to = match limit.key.kind {
        LimitKind::Task => Route::Tasks,
        LimitKind::Proxy => Route::Proxies,
        LimitKind::Token => Route::Vault,
        LimitKind::Tag => Route::Profiles,
        LimitKind::Resource => return html! { <span class="mono">{ text }</span> },
    };
    html! { <Link<Route> {to} classes="link mono">{ text }</Link<Route>> }
}
