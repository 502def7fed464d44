//! Why a queued run waits: every reason, with links to what is in the way.

use std::rc::Rc;

use drover_model::Run;
use drover_model::request::{QueueView, WhyRun};
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::Words;
use crate::hooks::use_query;
use crate::pages::queue::reason_list;
use crate::route::Route;
use crate::state::Load;
use crate::state::runs::{verdict, waits};

#[derive(PartialEq, Properties)]
pub(super) struct WaitingProps {
    pub run: Rc<Run>,
    pub now: Timestamp,
}

#[component]
pub(super) fn Waiting(props: &WaitingProps) -> Html {
    let row = &props.run.row;
    let why = use_query(WhyRun { run: row.id }, 0, |_, fact| {
        QueueView::stale_by(fact)
    });
    let reasons = why.data();
    let title = match reasons {
        Some(reasons) => waits(row.attempt, reasons),
        // What the run itself says of it, until the answer is here.
        None => verdict(&props.run, None).title,
    };
    html! {
        <>
            <p class="verdict__title selectable" aria-live="polite" data-testid="run-verdict"><Words text={title} /></p>
            if let Some(reasons) = reasons.filter(|reasons| !reasons.is_empty()) {
                <div class="verdict__next">{ reason_list(reasons, row.attempt, props.now) }</div>
            }
            <p class="verdict__next"><Link<Route> to={Route::Queue} classes="link">{ "Open the queue" }</Link<Route>></p>
        </>
    }
}
