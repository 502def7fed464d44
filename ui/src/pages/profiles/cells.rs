//! The columns of the list of profiles, and one row of it.

use drover_model::Profile;
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::bridge::clock;
use crate::components::{Column, Menu, MenuItem, Row, StateBadge, StatusDot, Tag, Tone};
use crate::format;
use crate::route::Route;

pub(super) const COLUMNS: &[Column] = &[
    Column::new("Name", "minmax(150px, 2fr)"),
    Column::new("State", "minmax(88px, 1fr)"),
    Column::new("Tags", "minmax(100px, 1.6fr)"),
    Column::new("Proxy", "minmax(96px, 1.2fr)"),
    Column::new("Browser", "minmax(72px, 0.8fr)"),
    Column::new("Last used", "96px"),
    Column::new("Last result", "104px"),
    Column::new("", "28px"),
];

/// Tags that fit into a cell.
const SHOWN_TAGS: usize = 3;

pub(super) fn row(profile: &Profile, now: Timestamp, selected: bool, items: Vec<MenuItem>) -> Row {
    let cells = vec![
        html! {
            <span class="cell-name" data-testid={format!("profile-row-{}", profile.name)}>
                <StatusDot tone={if profile.in_use_by.is_some() { Tone::Info } else { Tone::Mute }} hollow={profile.in_use_by.is_none()} />
                <span class="truncate strong-name">{ profile.name.as_str() }</span>
            </span>
        },
        state(profile, now),
        tags(&profile.tags),
        match &profile.proxy {
            Some(name) => html! { <span class="mono">{ name.as_str() }</span> },
            None => html! { <span class="mute">{ "own address" }</span> },
        },
        html! { <span class="second" title={profile.browser.clone()}>{ browser(&profile.browser) }</span> },
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
        html! { <Menu label={format!("Actions for {}", profile.name)} small={true} {items} /> },
    ];
    Row {
        key: profile.id.to_string().into(),
        cells,
        selected,
        name: profile.name.to_string().into(),
    }
}

fn state(profile: &Profile, now: Timestamp) -> Html {
    if let Some(at) = profile.removed_at {
        return html! { <span class="second" title={clock::local(at)}>{ format!("removed {}", format::relative(at, now)) }</span> };
    }
    match profile.in_use_by {
        Some(run) => html! {
            <span onclick={Callback::from(|event: MouseEvent| event.stop_propagation())}>
                <Link<Route> to={Route::Run { id: run.to_string() }} classes="link">{ "in use" }</Link<Route>>
            </span>
        },
        None => html! { <span class="mute">{ "idle" }</span> },
    }
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
fn browser(text: &str) -> &str {
    text.rsplit(['/', '\\']).next().unwrap_or(text)
}
