//! Three ways to begin, one for each kind, while there is no task.

use drover_model::task::Kind;
use yew::prelude::*;
use yew_router::prelude::*;

use super::cells::kind_icon;
use crate::components::{Icon, IconSize};
use crate::pages::composer::{begin_with_example, example_lines};
use crate::route::Route;

#[component]
pub(super) fn KindCards() -> Html {
    html! {
        <div class="kind-cards-wrap" data-testid="tasks-empty">
            <h2 class="empty__title">{ "No tasks yet" }</h2>
            <p class="empty__text">{ "A task says what runs, in which profiles and with which tokens. Begin with an example and change it." }</p>
            <div class="kind-cards">
                for kind in Kind::ALL { <KindCard key={kind.key()} {kind} /> }
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct KindCardProps {
    kind: Kind,
}

#[component]
fn KindCard(props: &KindCardProps) -> Html {
    let kind = props.kind;
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let onclick = use_callback((kind, navigator), |_: MouseEvent, (kind, navigator)| {
        begin_with_example(*kind);
        navigator.push(&Route::NewTask);
    });
    let text = match kind {
        Kind::Playwright => {
            "A script or test project in JavaScript, TypeScript or Python, run as it is in the profile's browser."
        }
        Kind::Command => "Any program with its arguments. No shell, unless the task asks for one.",
        Kind::Steps => {
            "Open, click, fill, wait, extract, screenshot. Drover does it by itself, without Node."
        }
    };
    html! {
        <button type="button" class="kind-card" {onclick} data-testid={format!("task-example-{}", kind.key())}>
            <span class="kind-card__head"><Icon name={kind_icon(kind)} size={IconSize::Large} /><span class="kind-card__title">{ kind.label() }</span></span>
            <span class="kind-card__text">{ text }</span>
            <pre class="code kind-card__code">{ example_lines(kind) }</pre>
            <span class="kind-card__go">{ "Begin with this" }<Icon name="arrow-right" /></span>
        </button>
    }
}
