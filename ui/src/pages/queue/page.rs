//! The queue as one page, loaded while it is open and kept fresh by facts.

use std::rc::Rc;

use drover_model::request::QueueView;
use drover_model::{Fact, Limit};
use yew::prelude::*;
use yew_router::prelude::*;

use super::drain::Drain;
use super::limit_dialog::LimitDialog;
use super::limits::{LimitsProps, limits};
use super::live::LiveRuns;
use super::orders::use_orders;
use super::pause_dialog::PauseDialog;
use super::pauses::Pauses;
use super::stop_all::StopAllDialog;
use super::waiting::Waiting;
use super::workers::Workers;
use crate::components::{Badge, Button, ButtonTone, EmptyState, Page, Tone};
use crate::events::Batch;
use crate::frame::commands::use_pause;
use crate::hooks::{AreaProvider, use_action, use_area, use_facts, use_toasts};
use crate::keymap::Action;
use crate::route::Route;
use crate::state::queue::{LimitDraft, standing};
use crate::state::render_remote;

/// What lies over the page.
#[derive(Clone, PartialEq)]
enum Layer {
    None,
    Limit(LimitDraft),
    Pause,
    /// How many waited when it was asked for.
    StopAll(u32),
}

#[component]
pub fn Queue() -> Html {
    html! { <AreaProvider<QueueView>><Known /></AreaProvider<QueueView>> }
}

#[component]
fn Known() -> Html {
    let queue = use_area::<QueueView>();
    let orders = use_orders();
    let pause = use_pause();
    let layer = use_state_eq(|| Layer::None);
    let view = queue.data().cloned();
    let waiting = view.as_ref().map_or(0, |view| view.waiting_total);
    let paused = view.as_ref().is_some_and(|view| view.paused);

    let onnew = use_callback(layer.setter(), |(): (), layer| {
        layer.set(Layer::Limit(LimitDraft::default()));
    });
    let onedit = use_callback(layer.setter(), |limit: Limit, layer| {
        layer.set(Layer::Limit(LimitDraft::of(&limit)));
    });
    let onstop = use_callback(
        (layer.setter(), waiting),
        |_: MouseEvent, (layer, waiting)| {
            layer.set(Layer::StopAll(*waiting));
        },
    );
    let onhold = use_callback(layer.setter(), |_: MouseEvent, layer| {
        layer.set(Layer::Pause);
    });
    let onclose = use_callback(layer.setter(), |(): (), layer| layer.set(Layer::None));
    let toasts = use_toasts();
    let on_batch = use_callback(toasts, |batch: Batch, toasts| {
        let drained = |fact: &Fact| matches!(fact, Fact::QueueDrained);
        if batch.events.iter().any(|event| drained(&event.fact)) {
            toasts.done("The queue is drained: nothing runs and nothing starts");
        }
    });
    use_facts(on_batch);
    use_action(Action::New, Some(onnew.clone()));
    use_action(Action::Pause, view.is_some().then(|| pause.clone()));
    let onclick = onnew.reform(|_: MouseEvent| ());
    let onpause = pause.reform(|_: MouseEvent| ());
    let runs = view.as_ref().is_some_and(|view| !view.live.is_empty());
    let (label, icon, tone) = match (paused, runs) {
        (true, _) => ("Resume the queue", "play", ButtonTone::Primary),
        (false, true) => ("Pause and drain", "pause", ButtonTone::Default),
        (false, false) => ("Pause the queue", "pause", ButtonTone::Default),
    };
    let actions = html! {
        <>
            if waiting > 0 { <Button label="Stop all waiting…" icon="x" tone={ButtonTone::Quiet} onclick={onstop} testid="queue-stop-all" /> }
            if view.is_some() { <Button label="Pause one thing…" icon="hand" onclick={onhold} testid="pause-new" /> }
            <Button label="Set a limit" icon="plus" keys="n" onclick={onclick.clone()} testid="limit-new" />
            if view.is_some() { <Button {label} {icon} {tone} keys="p" onclick={onpause} testid="queue-toggle" /> }
        </>
    };
    let bar = view.as_ref().map(|view| {
        let badge = if view.paused {
            html! { <Badge label="Paused" icon="pause" tone={Tone::Warn} /> }
        } else {
            html! { <Badge label="Open" icon="play" tone={Tone::Ok} /> }
        };
        html! {
            <>
                { badge }
                <span class="second tabular" role="status" data-testid="queue-standing">{ standing(view) }</span>
                <Workers />
                if view.paused { <Drain view={view.clone()} /> }
            </>
        }
    });
    html! {
        <Page title="Queue" {actions} {bar}>
            { render_remote(queue.remote(), "The queue could not be loaded", &queue.on_reload(), |view| html! {
                <div class="stack keep">
                    if !view.pauses.is_empty() { <Pauses view={view.clone()} onresume={orders.resume.clone()} /> }
                    if view.waiting.is_empty() {
                        { nothing_waits(view) }
                    } else {
                        <Waiting view={view.clone()} orders={orders.clone()} />
                    }
                    <LiveRuns view={view.clone()} />
                    { limits(&LimitsProps { view: view.clone(), onedit, onremove: orders.remove_limit.clone(), onnew: onclick }) }
                </div>
            }) }
            { match &*layer {
                Layer::None => Html::default(),
                Layer::Limit(draft) => html! { <LimitDialog draft={draft.clone()} {onclose} /> },
                Layer::Pause => html! { <PauseDialog {onclose} /> },
                Layer::StopAll(count) => html! { <StopAllDialog count={*count} {onclose} /> },
            } }
        </Page>
    }
}

fn nothing_waits(view: &Rc<QueueView>) -> Html {
    let text = if view.live.is_empty() {
        "A run appears here when it cannot start at once, with the reason."
    } else {
        "Everything that was started runs. What cannot start at once appears here, with the reason."
    };
    html! {
        <EmptyState icon="clock" title="Nothing waits" {text} testid="queue-empty">
            <Link<Route> to={Route::Tasks} classes="btn">{ "Run a task" }</Link<Route>>
        </EmptyState>
    }
}
