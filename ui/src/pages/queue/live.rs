//! What needs a person, what runs and what is being ended, oldest first.

use std::rc::Rc;

use drover_model::request::{ListRuns, QueueView};
use drover_model::{Fact, RunRow, RunState};
use jiff::Timestamp;
use yew::prelude::*;

use super::live_orders::{Ordered, use_live_orders};
use super::live_row::live_row;
use crate::hooks::{use_now, use_query};

/// Runs that need a person and are shown; the list of runs has the others.
const SHOWN: u32 = 50;

#[derive(PartialEq, Properties)]
pub(super) struct LiveRunsProps {
    pub view: Rc<QueueView>,
}

#[component]
pub(super) fn LiveRuns(props: &LiveRunsProps) -> Html {
    let now = use_now(1_000);
    let orders = use_live_orders();
    let question = ListRuns {
        needs_you: true,
        limit: SHOWN,
        ..ListRuns::default()
    };
    let needs = use_query(question, 0, |_, fact: &Fact| {
        matches!(fact, Fact::RunMoved { .. } | Fact::RunChanged { .. })
    });
    // The queue knows those that are parked; those that are lost have left it.
    let lost = needs.data().into_iter().flat_map(|list| &list.rows);
    let lost: Vec<&RunRow> = lost.filter(|row| row.state == RunState::Lost).collect();
    if lost.is_empty() && props.view.live.is_empty() {
        return Html::default();
    }
    html! {
        <section class="panel" aria-label="Running" data-testid="queue-live">
            for (title, states) in GROUPS {
                { group(title, rows(states, &props.view.live, &lost), &orders, now) }
            }
        </section>
    }
}

/// Who needs a person comes first, what is being ended last.
const GROUPS: [(&str, &[RunState]); 3] = [
    ("Needs you", &[RunState::Parked, RunState::Lost]),
    ("Running", &[RunState::Starting, RunState::Running]),
    ("Stopping", &[RunState::Stopping]),
];

fn rows<'a>(states: &[RunState], live: &'a [RunRow], lost: &[&'a RunRow]) -> Vec<&'a RunRow> {
    let all = live.iter().chain(lost.iter().copied());
    all.filter(|row| states.contains(&row.state)).collect()
}

fn group(
    title: &'static str,
    rows: Vec<&RunRow>,
    orders: &Callback<Ordered>,
    now: Timestamp,
) -> Html {
    if rows.is_empty() {
        return Html::default();
    }
    html! {
        <div key={title} class="queue-group">
            <div class="panel__head"><h2 class="panel__title">{ title }</h2><span class="mute small">{ rows.len() }</span></div>
            <ul class="brief-runs">for row in rows { { live_row(row, orders, now) } }</ul>
        </div>
    }
}
