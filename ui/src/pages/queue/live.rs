//! What runs, oldest first.

use std::rc::Rc;

use drover_model::RunRow;
use drover_model::request::QueueView;
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
        <section class="panel" aria-label="Running">
            <div class="panel__head"><h2 class="panel__title">{ "Running" }</h2></div>
            <ul class="brief-runs" data-testid="queue-live">
                for row in &props.view.live {
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
        </section>
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
