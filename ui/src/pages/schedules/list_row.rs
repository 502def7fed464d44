//! One schedule in the list.

use drover_model::Schedule;
use drover_model::schedule::ScheduleState;
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use super::orders::Order;
use crate::bridge::clock;
use crate::components::{Badge, Column, Menu, MenuItem, Row, Switch, Tone};
use crate::route::Route;
use crate::state::schedules::{
    catches_up, jitter_word, last_words, missed_word, next_words, overlap_word, rule_text,
    state_look,
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("On", "40px"),
    Column::new("Name", "minmax(104px, 1.2fr)"),
    Column::new("Task", "minmax(80px, 1fr)"),
    Column::new("When", "minmax(120px, 1.6fr)"),
    Column::new("Zone", "minmax(72px, 0.8fr)"),
    Column::new("Next", "minmax(64px, 0.6fr)"),
    Column::new("Last", "minmax(88px, 0.9fr)"),
    Column::new("Missed", "72px"),
    Column::new("Overlap", "84px"),
    Column::new("Jitter", "44px"),
    Column::new("State", "104px"),
    Column::new("", "32px"),
];

/// What can be done with a row.
#[derive(Clone, PartialEq)]
pub(super) struct Acts {
    pub order: Callback<(Schedule, Order)>,
    /// Asks until when it pauses.
    pub pause: Callback<Schedule>,
    pub edit: Callback<Schedule>,
    /// Makes a new one that begins as this one is.
    pub copy: Callback<Schedule>,
}

impl Acts {
    /// Pauses it with a question, or resumes it.
    pub(super) fn toggle(&self, schedule: &Schedule) {
        if is_paused(schedule) {
            self.order.emit((schedule.clone(), Order::Resume));
        } else {
            self.pause.emit(schedule.clone());
        }
    }
}

fn is_paused(schedule: &Schedule) -> bool {
    schedule.state == ScheduleState::Paused
}

pub(super) fn draw(schedule: &Schedule, now: Timestamp, acts: &Acts) -> Row {
    let spec = &schedule.spec;
    let paused = is_paused(schedule);
    let onswitch = {
        let (order, schedule) = (acts.order.clone(), schedule.clone());
        Callback::from(move |on: bool| {
            let wanted = if on { Order::Resume } else { Order::Pause };
            order.emit((schedule.clone(), wanted));
        })
    };
    let look = state_look(schedule, now);
    let next = schedule.next.map(clock::local);
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
            html! { <span class="name" title={spec.name.to_string()}>{ spec.name.as_str() }</span> },
            html! { <span title={spec.task.to_string()}>{ spec.task.as_str() }</span> },
            when(schedule),
            html! { <span class="second">{ spec.zone.clone().unwrap_or_else(|| "this computer's".to_owned()) }</span> },
            html! { <span class="tabular" title={next}>{ next_words(schedule, now) }</span> },
            last(schedule),
            html! { <span class="second">{ missed_word(spec) }</span> },
            html! { <span class="second">{ overlap_word(spec) }</span> },
            html! { <span class="second tabular">{ jitter_word(spec) }</span> },
            html! { <Badge label={look.word} tone={look.tone} icon={look.icon} plain={true} title={look.detail} /> },
            html! { <Menu label={format!("Actions for {}", spec.name)} small={true} items={items(schedule, acts)} testid={format!("schedule-menu-{}", spec.name)} /> },
        ],
    }
}

fn when(schedule: &Schedule) -> Html {
    let words = schedule.words.replace('`', "");
    let title = match rule_text(&schedule.spec.when) {
        Some(rule) => format!("{words} ({rule})"),
        None => words.clone(),
    };
    html! { <span {title}>{ words }</span> }
}

fn items(schedule: &Schedule, acts: &Acts) -> Vec<MenuItem> {
    let name = &schedule.spec.name;
    let order = |order: Order| {
        let schedule = schedule.clone();
        acts.order.reform(move |()| (schedule.clone(), order))
    };
    let with = |act: &Callback<Schedule>| {
        let schedule = schedule.clone();
        act.reform(move |()| schedule.clone())
    };
    let mut items = vec![
        MenuItem::new("Run now", "play", order(Order::Run))
            .keys("r")
            .testid(format!("schedule-run-{name}")),
    ];
    if is_paused(schedule) {
        items.push(
            MenuItem::new("Resume", "play", order(Order::Resume))
                .keys("p")
                .testid(format!("schedule-resume-{name}")),
        );
        if catches_up(schedule) {
            items.push(
                MenuItem::new("Resume and catch up", "history", order(Order::CatchUp))
                    .testid(format!("schedule-catch-up-{name}")),
            );
        }
    } else {
        items.push(
            MenuItem::new("Pause…", "pause", with(&acts.pause))
                .keys("p")
                .testid(format!("schedule-pause-{name}")),
        );
    }
    items.extend([
        MenuItem::new("Edit", "pencil", with(&acts.edit)).keys("e"),
        MenuItem::new("Duplicate", "copy", with(&acts.copy))
            .keys("d")
            .testid(format!("schedule-copy-{name}")),
        MenuItem::new("Remove", "trash-2", order(Order::Remove))
            .danger()
            .keys("Delete"),
    ]);
    items
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
