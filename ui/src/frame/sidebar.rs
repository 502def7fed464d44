//! The main navigation with its counters. Only screens that exist have an entry.

use drover_model::request::{OpenBrowser, ProfileList, Summary, TaskSummary};
use drover_model::token::{Keychain, KeychainState};
use drover_model::{Proxy, TokenRef};
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::{Icon, Tone};
use crate::format;
use crate::hooks::{use_area, use_now};
use crate::route::Route;
use crate::state::any_expiring;

/// A number or a mark at the right of an entry, with the words that a screen reader says.
type Counter = (String, Tone, Option<&'static str>, String);

#[component]
pub fn Sidebar() -> Html {
    let summary = use_area::<Summary>();
    let profiles = use_area::<ProfileList>();
    let tasks = use_area::<Vec<TaskSummary>>();
    let browsers = use_area::<Vec<OpenBrowser>>();
    let proxies = use_area::<Vec<Proxy>>();
    let tokens = use_area::<Vec<TokenRef>>();
    let keychain = use_area::<Keychain>();
    let now = use_now(60_000);

    let plain = |count: u64, noun: &str| {
        (count > 0).then(|| {
            (
                format::count(count),
                Tone::Mute,
                None,
                format::plural(count, noun),
            )
        })
    };
    let queue = summary.data().and_then(|summary| {
        let waiting = u64::from(summary.queued);
        let words = format!("{} waiting", format::plural(waiting, "run"));
        if summary.paused {
            let words = format!("the queue is paused, {words}");
            Some((format::count(waiting), Tone::Warn, Some("pause"), words))
        } else {
            (waiting > 0).then(|| (format::count(waiting), Tone::Mute, None, words))
        }
    });
    let runs = summary.data().and_then(|summary| {
        let failed = u64::from(summary.failed_24h);
        let running = u64::from(summary.running);
        if failed > 0 {
            let words = format!("{} failed in 24 h", format::plural(failed, "run"));
            Some((format::count(failed), Tone::Err, Some("circle-x"), words))
        } else if running > 0 {
            Some((
                format::count(running),
                Tone::Info,
                None,
                format!("{} running", format::plural(running, "run")),
            ))
        } else {
            None
        }
    });
    let locked = keychain
        .data()
        .is_some_and(|keychain| keychain.state == KeychainState::Locked);
    let expiring = tokens
        .data()
        .is_some_and(|tokens| any_expiring(tokens, now));
    let vault = if locked {
        Some((
            String::new(),
            Tone::Warn,
            Some("lock"),
            "the keychain is locked".to_owned(),
        ))
    } else if expiring {
        Some((
            String::new(),
            Tone::Warn,
            Some("triangle-alert"),
            "a token expires soon".to_owned(),
        ))
    } else {
        plain(
            tokens.data().map_or(0, |tokens| tokens.len() as u64),
            "token",
        )
    };
    let proxy_count = proxies
        .data()
        .map(|proxies| proxies.len() as u64)
        .filter(|count| *count > 0);
    let proxy_count = proxy_count.map(|count| {
        (
            format::count(count),
            Tone::Mute,
            None,
            format!("{} set up", format::count(count)),
        )
    });
    html! {
        <nav class="sidebar" aria-label="Main">
            <NavItem to={Route::Profiles} icon="users" label="Profiles" testid="nav-profiles"
                counter={plain(profiles.data().map_or(0, |list| u64::from(list.total)), "profile")} />
            <NavItem to={Route::Tasks} icon="list-checks" label="Tasks" testid="nav-tasks"
                counter={plain(tasks.data().map_or(0, |tasks| tasks.len() as u64), "task")} />
            <NavItem to={Route::Schedules} icon="calendar" label="Schedules" testid="nav-schedules" counter={None::<Counter>} />
            <NavItem to={Route::Queue} icon="clock" label="Queue" testid="nav-queue" counter={queue} />
            <NavItem to={Route::Runs} icon="activity" label="Runs" testid="nav-runs" counter={runs} />
            <NavItem to={Route::Browsers} icon="monitor" label="Browsers" testid="nav-browsers"
                counter={plain(browsers.data().map_or(0, |list| list.len() as u64), "running browser")} />
            <h2 class="sidebar__group">{ "Library" }</h2>
            <NavItem to={Route::Proxies} icon="route" label="Proxies" testid="nav-proxies"
                counter={proxy_count} />
            <NavItem to={Route::Vault} icon="key-round" label="Vault" testid="nav-vault" counter={vault} />
            <span class="sidebar__fill" />
            <NavItem to={Route::Settings} icon="settings" label="Settings" testid="nav-settings" counter={None::<Counter>} />
        </nav>
    }
}

#[derive(PartialEq, Properties)]
struct NavItemProps {
    to: Route,
    icon: &'static str,
    label: &'static str,
    testid: &'static str,
    counter: Option<Counter>,
}

#[component]
fn NavItem(props: &NavItemProps) -> Html {
    let navigator = use_navigator().expect("BUG: the sidebar is inside the router");
    let here = use_route::<Route>().is_some_and(|route| route.section() == props.to);
    let onclick = use_callback(
        (navigator, props.to.clone()),
        |event: MouseEvent, (navigator, to)| {
            event.prevent_default();
            navigator.push(to);
        },
    );
    html! {
        <a class="nav-item" href={format!("#{}", props.to.to_path())} aria-current={here.then_some("page")}
            title={props.label} data-testid={props.testid} {onclick}>
            <Icon name={props.icon} />
            <span class="nav-item__label">{ props.label }</span>
            if let Some((text, tone, icon, words)) = &props.counter {
                <span class={classes!("nav-item__count", format!("nav-item__count--{}", tone.name()))}>
                    if let Some(name) = *icon { <Icon {name} size={crate::components::IconSize::Small} /> }
                    if !text.is_empty() { <span aria-hidden="true">{ text }</span> }
                    <span class="visually-hidden">{ words }</span>
                </span>
            }
        </a>
    }
}
