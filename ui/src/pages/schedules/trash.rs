//! Schedules that were removed, until they are restored.

use std::rc::Rc;

use drover_model::request::{ListSchedules, ScheduleList};
use drover_model::{Fact, Schedule};
use jiff::Timestamp;
use yew::prelude::*;

use super::orders::{Order, use_schedule_orders};
use crate::bridge::clock;
use crate::components::{Button, EmptyState};
use crate::format;
use crate::hooks::{use_now, use_query};
use crate::state::render_remote;

#[component]
pub(super) fn Trash() -> Html {
    let question = ListSchedules {
        removed: true,
        ..ListSchedules::default()
    };
    let query = use_query(question, 0, |_, fact| {
        matches!(fact, Fact::ScheduleChanged { .. })
    });
    let orders = use_schedule_orders();
    let now = use_now(30_000);
    render_remote(
        &query.remote,
        "The trash could not be loaded",
        &query.onreload,
        |all: &Rc<ScheduleList>| {
            if all.rows.is_empty() {
                return html! { <EmptyState icon="trash-2" title="The trash is empty" text="Removed schedules lie here until they are restored." testid="schedules-trash-empty" /> };
            }
            html! {
                <section class="panel" aria-label="Removed schedules">
                    <table class="table" data-testid="schedules-trash">
                        <thead><tr>
                            <th>{ "Name" }</th><th>{ "Task" }</th><th class="wide">{ "When" }</th><th>{ "Removed" }</th>
                            <th class="actions"><span class="visually-hidden">{ "Actions" }</span></th>
                        </tr></thead>
                        <tbody>for schedule in &all.rows { { row(schedule, now, &orders) } }</tbody>
                    </table>
                </section>
            }
        },
    )
}

fn row(schedule: &Schedule, now: Timestamp, orders: &Callback<(Schedule, Order)>) -> Html {
    let name = &schedule.spec.name;
    let restored = schedule.clone();
    let onclick = orders.reform(move |_: MouseEvent| (restored.clone(), Order::Restore));
    let removed = schedule
        .removed_at
        .map(|at| format::relative(at, now))
        .unwrap_or_default();
    html! {
        <tr key={schedule.id.to_string()}>
            <td class="name">{ name.as_str() }</td>
            <td>{ schedule.spec.task.as_str() }</td>
            <td class="wide">{ schedule.words.replace('`', "") }</td>
            <td class="dim" title={schedule.removed_at.map(clock::local)}>{ removed }</td>
            <td class="actions"><div>
                <Button label="Restore" icon="undo-2" small={true} {onclick} aria_label={format!("Restore {name}")} testid={format!("schedule-restore-{name}")} />
            </div></td>
        </tr>
    }
}
