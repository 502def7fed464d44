//! The list of schedules.

use std::rc::Rc;

use drover_model::request::ScheduleList;
use drover_model::schedule::{Schedule, ScheduleState};
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use super::orders::{Order, use_schedule_orders};
use crate::bridge::clock;
use crate::components::{
    Badge, Button, ButtonTone, Column, DataGrid, EmptyState, Menu, MenuItem, Row, Switch, Tone,
};
use crate::hooks::{use_area, use_now};
use crate::route::Route;
use crate::state::render_remote;
use crate::state::schedules::{last_words, next_words, rule_text, state_look};

const COLUMNS: &[Column] = &[
    Column::new("On", "40px"),
    Column::new("Name", "minmax(120px, 1.2fr)"),
    Column::new("Task", "minmax(110px, 1fr)"),
    Column::new("When", "minmax(180px, 2fr)"),
    Column::new("Zone", "minmax(90px, 0.8fr)"),
    Column::new("Next", "minmax(80px, 0.7fr)"),
    Column::new("Last", "minmax(110px, 1fr)"),
    Column::new("State", "112px"),
    Column::new("", "32px"),
];

#[derive(PartialEq, Properties)]
pub(super) struct ListProps {
    pub onnew: Callback<()>,
}

#[component]
pub(super) fn List(props: &ListProps) -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let list = use_area::<ScheduleList>();
    let orders = use_schedule_orders();
    // Within a minute of a start the seconds are counted.
    let soon = list.data().is_some_and(|list| {
        let near = |at: Timestamp| at.as_second() - clock::now().as_second() < 120;
        list.rows.iter().filter_map(|row| row.next).any(near)
    });
    let now = use_now(if soon { 1_000 } else { 15_000 });
    let onopen = use_callback(
        (list.data().cloned(), navigator),
        |index: usize, (list, navigator)| {
            if let Some(schedule) = list.as_ref().and_then(|list| list.rows.get(index)) {
                navigator.push(&Route::Schedule {
                    id: schedule.id.to_string(),
                });
            }
        },
    );
    let row = use_callback(
        (list.data().cloned(), orders, now),
        |index: usize, (list, orders, now)| {
            let found = list.as_ref().and_then(|list| list.rows.get(index));
            found.map_or_else(Row::default, |schedule| draw(schedule, *now, orders))
        },
    );
    let onclick = props.onnew.reform(|_: MouseEvent| ());
    render_remote(
        list.remote(),
        "The schedules could not be loaded",
        &list.on_reload(),
        |all: &Rc<ScheduleList>| {
            if all.rows.is_empty() {
                return html! {
                    <EmptyState icon="calendar" title="Nothing is scheduled" text="Tasks can still be run by hand." testid="schedules-empty">
                        <Button label="New schedule" icon="plus" tone={ButtonTone::Primary} {onclick} />
                    </EmptyState>
                };
            }
            html! { <DataGrid label="Schedules" columns={COLUMNS} count={all.rows.len()} {row} {onopen} testid="schedule" /> }
        },
    )
}

fn draw(schedule: &Schedule, now: Timestamp, orders: &Callback<(Schedule, Order)>) -> Row {
    let spec = &schedule.spec;
    let order = |order: Order| {
        let schedule = schedule.clone();
        orders.reform(move |()| (schedule.clone(), order))
    };
    let paused = schedule.state == ScheduleState::Paused;
    let onswitch = {
        let (pause, resume) = (order(Order::Pause), order(Order::Resume));
        Callback::from(move |on: bool| if on { resume.emit(()) } else { pause.emit(()) })
    };
    let look = state_look(schedule, now);
    let next = schedule.next.map(clock::local);
    let items = vec![
        MenuItem::new("Run now", "play", order(Order::Run))
            .testid(format!("schedule-run-{}", spec.name)),
        if paused {
            MenuItem::new("Resume", "play", order(Order::Resume))
        } else {
            MenuItem::new("Pause", "pause", order(Order::Pause))
        },
        MenuItem::new("Remove", "trash-2", order(Order::Remove)).danger(),
    ];
    let label = format!("{} is on", spec.name);
    Row {
        key: schedule.id.to_string().into(),
        name: spec.name.to_string().into(),
        selected: false,
        cells: vec![
            html! {
                <span class="row" onclick={Callback::from(|event: MouseEvent| event.stop_propagation())}>
                    <Switch {label} hidden_label={true} on={!paused} onchange={onswitch} testid={format!("schedule-on-{}", spec.name)} />
                </span>
            },
            html! { <span class="name">{ spec.name.as_str() }</span> },
            html! { <span>{ spec.task.as_str() }</span> },
            html! { <span title={rule_text(&spec.when)}>{ schedule.words.replace('`', "") }</span> },
            html! { <span class="second">{ spec.zone.clone().unwrap_or_else(|| "this computer's".to_owned()) }</span> },
            html! { <span class="tabular" title={next}>{ next_words(schedule, now) }</span> },
            last(schedule),
            html! { <Badge label={look.word} tone={look.tone} icon={look.icon} plain={true} title={look.detail} /> },
            html! { <Menu label={format!("Actions for {}", spec.name)} small={true} {items} testid={format!("schedule-menu-{}", spec.name)} /> },
        ],
    }
}

fn last(schedule: &Schedule) -> Html {
    let Some(last) = &schedule.last else {
        return html! { <span class="mute">{ "never" }</span> };
    };
    let id = last.run.to_string();
    let (words, why) = last_words(last);
    let at = clock::local(last.at);
    let title = why.map_or_else(|| at.clone(), |why| format!("{at}: {why}"));
    html! {
        <span onclick={Callback::from(|event: MouseEvent| event.stop_propagation())}>
        <Link<Route> to={Route::Run { id }} classes="link-quiet">
            <Badge label={words} tone={Tone::of(last.state.tone())} icon={last.state.icon()} plain={true} {title} />
        </Link<Route>>
        </span>
    }
}
