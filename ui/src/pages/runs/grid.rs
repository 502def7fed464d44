//! Runs as rows. Their clocks go on while they live.

use std::rc::Rc;

use drover_model::RunRow;
use drover_model::request::RunList;
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::bridge::clock;
use crate::components::{Column, DataGrid, Row, StateBadge};
use crate::format;
use crate::hooks::use_now;
use crate::pages::start::use_landing;
use crate::route::Route;
use crate::state::queue::left_words;
use crate::state::runs::{cause, waited_and_ran};

const COLUMNS: &[Column] = &[
    Column::new("State", "104px"),
    Column::new("Task", "minmax(150px, 1.8fr)"),
    Column::new("Profile", "minmax(90px, 1fr)"),
    Column::new("Queued", "88px"),
    Column::number("Waited", "60px"),
    Column::number("Ran", "60px"),
    Column::number("Attempt", "56px"),
    Column::new("Cause or result", "minmax(140px, 2.4fr)"),
];

#[derive(PartialEq, Properties)]
pub(crate) struct RunsGridProps {
    pub list: Rc<RunList>,
}

#[component]
pub(crate) fn RunsGrid(props: &RunsGridProps) -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let any_live = props.list.rows.iter().any(|run| run.state.is_live());
    let now = use_now(if any_live { 1_000 } else { 30_000 });
    use_landing("runs", true);
    let onopen = use_callback(
        (props.list.clone(), navigator),
        |index: usize, (list, navigator)| {
            if let Some(run) = list.rows.get(index) {
                navigator.push(&Route::Run {
                    id: run.id.to_string(),
                });
            }
        },
    );
    let row = use_callback(
        (props.list.clone(), now),
        |index: usize, (list, now)| match list.rows.get(index) {
            Some(run) => row(run, *now),
            None => Row {
                key: "gone".into(),
                cells: Vec::new(),
                selected: false,
                name: AttrValue::default(),
            },
        },
    );
    html! { <DataGrid label="Runs" columns={COLUMNS} count={props.list.rows.len()} {row} {onopen} testid="runs" /> }
}

fn row(run: &RunRow, now: Timestamp) -> Row {
    let (waited, ran) = waited_and_ran(run, now);
    let time = |ms: Option<u64>, class: &'static str| match ms {
        Some(ms) => html! { <span {class}>{ format::duration(ms) }</span> },
        None => html! { <span class="mute">{ "–" }</span> },
    };
    let cause = cause(run);
    let cells = vec![
        html! { <StateBadge state={run.state} plain={true} testid={format!("run-row-{}", run.id)} /> },
        html! { <span class="cell-name"><span class="truncate strong-name">{ run.task.as_str() }</span><span class="mute mono">{ format!("#{}", run.id.short()) }</span></span> },
        match &run.profile {
            Some(name) => html! { <span>{ name.as_str() }</span> },
            None => html! { <span class="mute">{ "none" }</span> },
        },
        html! { <span class="second" title={clock::local(run.queued_at)}>{ format::relative(run.queued_at, now) }</span> },
        time(waited, "mute"),
        time(ran, "fg"),
        html! { <span class={if run.attempt > 1 { "tone-warn" } else { "mute" }}>{ run.attempt.max(1) }</span> },
        html! {
            <span class="second" title={cause.clone()}>
                if let Some(at) = run.park_ends_at { <span class="tone-attn tabular">{ left_words(at, now) }{ " · " }</span> }
                if run.asks { <span class="tone-attn">{ "asks what to do · " }</span> }
                { cause.replace('`', "") }
            </span>
        },
    ];
    Row {
        key: run.id.to_string().into(),
        cells,
        selected: false,
        name: format!("{} {}", run.task, run.id.short()).into(),
    }
}
