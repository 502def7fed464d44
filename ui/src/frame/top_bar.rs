//! The bar at the top: palette, what goes on, pause, settings.

use drover_model::request::Summary;
use yew::prelude::*;
use yew_router::prelude::*;

use super::commands::use_pause;
use crate::components::{Icon, IconButton, Kbd};
use crate::format;
use crate::hooks::use_area;
use crate::route::{Route, RunsQuery};

#[derive(PartialEq, Properties)]
pub(super) struct TopBarProps {
    pub onpalette: Callback<()>,
}

#[component]
pub(super) fn TopBar(props: &TopBarProps) -> Html {
    let summary = use_area::<Summary>();
    let pause = use_pause();
    let navigator = use_navigator().expect("BUG: the top bar is inside the router");
    let counts = summary
        .data()
        .map(|summary| (**summary).clone())
        .unwrap_or_default();
    let onpalette = use_callback(props.onpalette.clone(), |_: MouseEvent, open| open.emit(()));
    let onpause = use_callback(pause, |_: MouseEvent, pause| pause.emit(()));
    let onsettings = use_callback(navigator, |_: MouseEvent, navigator| {
        navigator.push(&Route::Settings);
    });
    let (icon, label) = if counts.paused {
        ("play", "Resume the queue")
    } else {
        ("pause", "Pause the queue")
    };
    html! {
        <header class="topbar">
            <span class="topbar__brand">
                <span class="topbar__mark"><Icon name="layers" /></span>
                <span class="topbar__name">{ "Drover" }</span>
            </span>
            <button type="button" class="topbar__search" onclick={onpalette} data-testid="palette-open">
                <Icon name="search" />
                <span>{ "Search or run a command" }</span>
                <Kbd keys="Ctrl K" />
            </button>
            <span class="topbar__gap" />
            <div class="topbar__counts">
                if counts.needs_you > 0 {
                    <CountLink state="parked" icon="hand" class="count-link--attn" count={counts.needs_you} words={if counts.needs_you == 1 { "needs you" } else { "need you" }} testid="count-needs-you" />
                }
                <CountLink state="live" icon="loader" turning={counts.running > 0} class={classes!((counts.running > 0).then_some("count-link--live"))}
                    count={counts.running} words="running" testid="count-running" />
                <CountLink state="queued" icon="clock" count={counts.queued} words="queued" testid="count-queued" />
                <IconButton {icon} {label} pressed={Some(counts.paused)} onclick={onpause} testid="queue-pause" />
                <IconButton icon="settings" label="Settings" keys="g ," onclick={onsettings} />
            </div>
        </header>
    }
}

#[derive(PartialEq, Properties)]
struct CountLinkProps {
    state: &'static str,
    icon: &'static str,
    #[prop_or_default]
    turning: bool,
    #[prop_or_default]
    class: Classes,
    count: u32,
    words: &'static str,
    testid: &'static str,
}

#[component]
fn CountLink(props: &CountLinkProps) -> Html {
    let navigator = use_navigator().expect("BUG: the top bar is inside the router");
    let onclick = use_callback(
        (navigator, props.state),
        |event: MouseEvent, (navigator, state)| {
            event.prevent_default();
            navigator
                .push_with_query(&Route::Runs, &RunsQuery::state(state))
                .ok(); // a query of plain words can be written
        },
    );
    html! {
        <a class={classes!("count-link", props.class.clone())} href={format!("#/runs?state={}", props.state)} data-testid={props.testid} {onclick}>
            <Icon name={props.icon} turning={props.turning} />
            { format!("{} {}", format::count(u64::from(props.count)), props.words) }
        </a>
    }
}
