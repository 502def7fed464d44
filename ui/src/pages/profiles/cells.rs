//! The columns of the list of profiles, and one row of it.

use drover_model::request::OpenBrowser;
use drover_model::{LoginState, Profile};
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::bridge::clock;
use crate::components::{Badge, Column, Menu, MenuItem, Row, StateBadge, StatusDot, Tag, Tone};
use crate::format;
use crate::pages::browsers::{BrowserBadge, BrowserButton};
use crate::route::Route;
use crate::state::browsers::{holder, look, run_of};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("Name", "minmax(150px, 2fr)"),
    Column::new("State", "minmax(88px, 1fr)"),
    Column::new("Tags", "minmax(100px, 1.6fr)"),
    Column::new("Proxy", "minmax(96px, 1.2fr)"),
    Column::new("Browser", "minmax(72px, 0.8fr)"),
    Column::new("Last used", "96px"),
    Column::new("Last result", "104px"),
    Column::new("", "112px"),
];

/// Tags that fit into a cell.
const SHOWN_TAGS: usize = 3;

pub(super) fn row(
    profile: &Profile,
    browser: Option<&OpenBrowser>,
    now: Timestamp,
    selected: bool,
    items: Vec<MenuItem>,
) -> Row {
    let busy = profile.in_use_by.map(|_| Tone::Info);
    let tone = browser.map(|browser| look(browser.state).tone).or(busy);
    let cells = vec![
        html! {
            <span class="cell-name" data-testid={format!("profile-row-{}", profile.name)}>
                <StatusDot tone={tone.unwrap_or_default()} hollow={tone.is_none()} />
                <span class="truncate strong-name">{ profile.name.as_str() }</span>
                { signed_out(profile) }
            </span>
        },
        state(profile, browser, now),
        tags(&profile.tags),
        match &profile.proxy {
            Some(name) => html! { <span class="mono">{ name.as_str() }</span> },
            None => html! { <span class="mute">{ "own address" }</span> },
        },
        html! { <span class="second" title={profile.browser.clone()}>{ brand(&profile.browser) }</span> },
        match profile.last_used_at {
            Some(at) => {
                html! { <span class="second" title={clock::local(at)}>{ format::relative(at, now) }</span> }
            }
            None => html! { <span class="mute">{ "never" }</span> },
        },
        match profile.last_result {
            Some(state) => html! { <StateBadge {state} plain={true} /> },
            None => html! { <span class="mute">{ "none" }</span> },
        },
        html! {
            <span class="cell-actions" onclick={Callback::from(|event: MouseEvent| event.stop_propagation())}>
                if profile.removed_at.is_none() { <BrowserButton profile={profile.id} name={profile.name.clone()} small={true} /> }
                <Menu label={format!("Actions for {}", profile.name)} small={true} {items} />
            </span>
        },
    ];
    Row {
        key: profile.id.to_string().into(),
        cells,
        selected,
        name: profile.name.to_string().into(),
    }
}

fn state(profile: &Profile, browser: Option<&OpenBrowser>, now: Timestamp) -> Html {
    if let Some(at) = profile.removed_at {
        return html! { <span class="second" title={clock::local(at)}>{ format!("removed {}", format::relative(at, now)) }</span> };
    }
    let run = browser.and_then(run_of).or(profile.in_use_by);
    let badge = browser.map(|browser| {
        html! { <span title={holder(browser)}><BrowserBadge state={browser.state} plain={true} testid={format!("profile-state-{}", profile.name)} /></span> }
    });
    match (run, badge) {
        (Some(run), badge) => html! {
            <span onclick={Callback::from(|event: MouseEvent| event.stop_propagation())}>
                <Link<Route> to={Route::Run { id: run.to_string() }} classes="link">{ badge.unwrap_or_else(|| html! { { "in use" } }) }</Link<Route>>
            </span>
        },
        (None, Some(badge)) => badge,
        (None, None) => html! { <span class="mute">{ "idle" }</span> },
    }
}

/// A mark where a check found it signed out, with the sites.
fn signed_out(profile: &Profile) -> Html {
    let logins = profile.logins.iter();
    let sites: Vec<&str> = logins
        .filter(|login| login.state == LoginState::SignedOut)
        .map(|login| login.site.as_str())
        .collect();
    if sites.is_empty() {
        return Html::default();
    }
    let title = format!("Signed out of {}", sites.join(", "));
    html! { <Badge label="Signed out" tone={Tone::Err} icon="lock" plain={true} {title} testid={format!("profile-signed-out-{}", profile.name)} /> }
}

fn tags(tags: &[String]) -> Html {
    let more = tags.len().saturating_sub(SHOWN_TAGS);
    html! {
        <span class="cell-tags" title={tags.join(", ")}>
            for tag in tags.iter().take(SHOWN_TAGS) { <Tag key={tag.clone()} label={tag.clone()} /> }
            if more > 0 { <span class="mute small">{ format!("+{more}") }</span> }
        </span>
    }
}

/// The brand, or the last part of a path.
fn brand(text: &str) -> &str {
    text.rsplit(['/', '\\']).next().unwrap_or(text)
}
