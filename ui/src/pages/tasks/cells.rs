//! The columns of the list of tasks, and one row of it.

use drover_model::request::TaskSummary;
use drover_model::task::Kind;
use drover_model::{Name, ProfilePick};
use jiff::Timestamp;
use yew::prelude::*;

use super::bars::Bars;
use crate::bridge::clock;
use crate::components::{Button, Column, Icon, Menu, MenuItem, Row};
use crate::format;

pub(super) const COLUMNS: &[Column] = &[
    Column::new("Name", "minmax(180px, 2.4fr)"),
    Column::new("Kind", "96px"),
    Column::new("Profiles", "minmax(110px, 1.4fr)"),
    Column::new("Last results", "180px"),
    Column::number("Median", "64px"),
    Column::new("Changed", "96px"),
    Column::new("", "104px"),
];

pub(super) fn kind_icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Playwright => "file-code",
        Kind::Command => "square-terminal",
        Kind::Steps => "mouse-pointer-click",
    }
}

pub(super) fn row(
    summary: &TaskSummary,
    now: Timestamp,
    onrun: Callback<MouseEvent>,
    items: Vec<MenuItem>,
) -> Row {
    let (task, spec) = (&summary.task, &summary.task.spec);
    let kind = spec.work.kind();
    let cells = vec![
        html! {
            <span class="cell-name" data-testid={format!("task-row-{}", spec.name)}>
                <Icon name={kind_icon(kind)} />
                <span class="truncate strong-name">{ spec.name.as_str() }</span>
                <span class="mute small">{ format!("v{}", task.version) }</span>
            </span>
        },
        html! { <span class="second">{ kind.label() }</span> },
        profiles(&spec.profiles),
        html! { <Bars runs={summary.last.clone()} /> },
        match summary.median_ms {
            Some(ms) => html! { { format::duration(ms) } },
            None => html! { <span class="mute">{ "–" }</span> },
        },
        html! { <span class="second" title={clock::local(task.updated_at)}>{ format::relative(task.updated_at, now) }</span> },
        html! {
            <span class="cell-actions">
                if task.removed_at.is_none() {
                    <Button label="Run" icon="play" small={true} onclick={onrun} testid={format!("task-run-{}", spec.name)} />
                }
                <Menu label={format!("Actions for {}", spec.name)} small={true} {items} />
            </span>
        },
    ];
    Row {
        key: task.id.to_string().into(),
        cells,
        selected: false,
        name: spec.name.to_string().into(),
    }
}

fn profiles(pick: &ProfilePick) -> Html {
    match pick {
        ProfilePick::Unset => html! { <span class="mute">{ "none named" }</span> },
        ProfilePick::All => html! { <span class="second">{ "all" }</span> },
        ProfilePick::Tag { tag, pick } => {
            let many = pick
                .map(|pick| format!(", {pick} of them"))
                .unwrap_or_default();
            html! { <span class="second"><code>{ format!("tag:{tag}") }</code>{ many }</span> }
        }
        ProfilePick::Set { set, pick } => {
            let many = pick
                .map(|pick| format!(", {pick} of them"))
                .unwrap_or_default();
            html! { <span class="second"><code>{ format!("set:{set}") }</code>{ many }</span> }
        }
        ProfilePick::Names(names) => {
            let names: Vec<&str> = names.iter().map(Name::as_str).collect();
            html! { <span class="second" title={names.join(", ")}>{ names.join(", ") }</span> }
        }
    }
}
