//! How far the queue has come with running empty, while it is paused.

use std::rc::Rc;

use drover_model::request::QueueView;
use yew::prelude::*;

use crate::state::queue::{drain_percent, drain_words};

#[derive(PartialEq, Properties)]
pub(super) struct DrainProps {
    pub view: Rc<QueueView>,
}

#[component]
pub(super) fn Drain(props: &DrainProps) -> Html {
    let live = props.view.live.len();
    // As many as there were when it was first seen paused.
    let most = use_mut_ref(|| live);
    let most = {
        let mut most = most.borrow_mut();
        *most = (*most).max(live);
        *most
    };
    let percent = drain_percent(live, most);
    html! {
        <div class="progress progress--page" data-testid="queue-drain">
            if live > 0 {
                <div class="progress__track" role="progressbar" aria-label="Running empty" aria-valuemin="0" aria-valuemax="100" aria-valuenow={percent.to_string()}>
                    <div class="progress__fill" style={format!("--w: {percent}%")} />
                </div>
            }
            <span class="progress__words tabular" role="status">{ drain_words(&props.view.live) }</span>
        </div>
    }
}
