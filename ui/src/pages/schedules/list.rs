//! The list of schedules. Keys act on the row with the focus.

use std::rc::Rc;

use drover_model::Schedule;
use drover_model::request::ScheduleList;
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use super::list_row::{Acts, COLUMNS, draw};
use super::orders::{Order, use_schedule_orders};
use super::pause_dialog::PauseDialog;
use crate::bridge::clock;
use crate::components::{Button, ButtonTone, DataGrid, EmptyState, Row};
use crate::hooks::{use_action, use_area, use_now};
use crate::keymap::Action;
use crate::pages::start::{focused_row, use_landing};
use crate::route::{NewScheduleQuery, Route};
use crate::state::render_remote;

#[derive(PartialEq, Properties)]
pub(super) struct ListProps {
    pub onnew: Callback<()>,
}

#[component]
pub(super) fn List(props: &ListProps) -> Html {
    let list = use_area::<ScheduleList>();
    let pausing = use_state_eq(|| None::<Schedule>);
    let acts = use_acts(&pausing);
    let rows = list.data().cloned();
    use_landing("schedule", rows.is_some());
    // Within two minutes of a start the seconds are counted.
    let soon = rows.as_ref().is_some_and(|list| {
        let near = |at: Timestamp| at.as_second() - clock::now().as_second() < 120;
        list.rows.iter().filter_map(|row| row.next).any(near)
    });
    let now = use_now(if soon { 1_000 } else { 15_000 });
    use_row_keys(rows.clone(), acts.clone());

    let onopen = use_callback(
        (rows.clone(), acts.edit.clone()),
        |index: usize, (list, edit)| {
            if let Some(schedule) = list.as_ref().and_then(|list| list.rows.get(index)) {
                edit.emit(schedule.clone());
            }
        },
    );
    let row = use_callback(
        (rows, acts.clone(), now),
        |index: usize, (list, acts, now)| {
            let found = list.as_ref().and_then(|list| list.rows.get(index));
            found.map_or_else(Row::default, |schedule| draw(schedule, *now, acts))
        },
    );
    let onclose = use_callback(pausing.setter(), |(): (), pausing| pausing.set(None));
    let onclick = props.onnew.reform(|_: MouseEvent| ());
    let shown = render_remote(
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
    );
    html! {
        <>
            { shown }
            if let Some(schedule) = &*pausing { { pause_dialog(schedule, &acts, onclose) } }
        </>
    }
}

fn pause_dialog(schedule: &Schedule, acts: &Acts, onclose: Callback<()>) -> Html {
    let resumed = schedule.clone();
    let onresume = acts
        .order
        .reform(move |()| (resumed.clone(), Order::Resume));
    html! { <PauseDialog schedule={schedule.clone()} {onresume} {onclose} /> }
}

#[hook]
fn use_acts(pausing: &UseStateHandle<Option<Schedule>>) -> Acts {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let order = use_schedule_orders();
    let pause = use_callback(pausing.setter(), |schedule: Schedule, pausing| {
        pausing.set(Some(schedule));
    });
    let edit = use_callback(navigator.clone(), |schedule: Schedule, navigator| {
        let id = schedule.id.to_string();
        navigator.push(&Route::Schedule { id });
    });
    let copy = use_callback(navigator, |schedule: Schedule, navigator| {
        let query = NewScheduleQuery {
            copy: Some(schedule.id.to_string()),
            ..NewScheduleQuery::default()
        };
        navigator.push_with_query(&Route::NewSchedule, &query).ok(); // a query of plain words can be written
    });
    Acts {
        order,
        pause,
        edit,
        copy,
    }
}

/// The keys of the menu, for the row with the focus.
#[hook]
fn use_row_keys(list: Option<Rc<ScheduleList>>, acts: Acts) {
    let some = list.as_ref().is_some_and(|list| !list.rows.is_empty());
    let on_focused = |act: fn(&Schedule, &Acts)| {
        let (list, acts) = (list.clone(), acts.clone());
        some.then(|| {
            Callback::from(move |()| {
                let focused = focused_row("schedule");
                let mut rows = list.iter().flat_map(|list| &list.rows);
                let found = rows.find(|row| focused.as_deref() == Some(&row.id.to_string()));
                if let Some(schedule) = found {
                    act(schedule, &acts);
                }
            })
        })
    };
    use_action(
        Action::Run,
        on_focused(|schedule, acts| acts.order.emit((schedule.clone(), Order::Run))),
    );
    use_action(
        Action::Pause,
        on_focused(|schedule, acts| acts.toggle(schedule)),
    );
    use_action(
        Action::Edit,
        on_focused(|schedule, acts| acts.edit.emit(schedule.clone())),
    );
    use_action(
        Action::Duplicate,
        on_focused(|schedule, acts| acts.copy.emit(schedule.clone())),
    );
    use_action(
        Action::Remove,
        on_focused(|schedule, acts| acts.order.emit((schedule.clone(), Order::Remove))),
    );
}
