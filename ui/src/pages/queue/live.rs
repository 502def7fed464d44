//! What runs, oldest first.

use std::rc::Rc;

use drover_model::request::QueueView;
use drover_model::{RunRow, RunState};
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::StateBadge;
use crate::format;
use crate::hooks::use_now;
use crate::route::Route;
use crate::state::runs::waited_and_ran;

#[derive(PartialEq, Properties)]
pub(super) struct LiveRunsProps {
    pub view: Rc<QueueView>,
}

#[component]
pub(super) fn LiveRuns(props: &LiveRunsProps) -> Html {
    let now = use_now(1_000);
    html! {
        <section class="panel" aria-label="Running" data-testid="queue-live">
            for (title, states) in GROUPS { { group(title, states, &props.view.live, now) } }
        </section>
    }
}

/// Who needs a person comes first, what is being ended last.
const GROUPS: [(&str, &[RunState]); 3] = [
    ("Needs you", &[RunState::Parked]),
    ("Running", &[RunState::Starting, RunState::Running]),
    ("Stopping", &[RunState::Stopping]),
];

fn group(title: &'static str, states: &[RunState], live: &[RunRow], now: Timestamp) -> Html {
    let rows: Vec<&RunRow> = live
        .iter()
        .filter(|row| states.contains(&row.state))
        .collect();
    if rows.is_empty() {
        return Html::default();
    }
    html! {
        <div key={title} class="queue-group">
            <div class="panel__head"><h2 class="panel__title">{ title }</h2><span class="mute small">{ rows.len() }</span></div>
            <ul class="brief-runs">
                for row in rows {
                    <li key={row.id.to_string()}>
                        <Link<Route> to={Route::Run { id: row.id.to_string() }} classes="brief-runs__row">
                            <StateBadge state={row.state} plain={true} />
                            <span class="truncate grow">
                                { row.task.as_str() }<span class="mute mono small">{ format!(" #{}", row.id.short()) }</span>
                            </span>
                            <span class="second">{ row.profile.as_ref().map_or("no profile", |name| name.as_str()) }</span>
                            <span class="mute tabular">{ times(row, now) }</span>
                        </Link<Route>>
                    </li>
                }
            </ul>
        </div>
    }
}

/// "waited 0:04 · ran 1:12".
fn times(row: &RunRow, now: Timestamp) -> String {
    let (waited, ran) = waited_and_ran(row, now);
    let parts = [
        waited.map(|ms| format!("waited {}", format::duration(ms))),
        ran.map(|ms| format!("ran {}", format::duration(ms))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
