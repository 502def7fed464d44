//! What waits, in the order of turns.

use std::rc::Rc;

use drover_model::request::QueueView;
use yew::prelude::*;

use super::orders::Orders;
use super::waiting_row::WaitingRow;
use crate::bridge::dom;
use crate::format;
use crate::hooks::use_now;
use crate::state::queue::timed;

#[derive(PartialEq, Properties)]
pub(super) struct WaitingProps {
    pub view: Rc<QueueView>,
    pub orders: Orders,
}

#[component]
pub(super) fn Waiting(props: &WaitingProps) -> Html {
    let view = &props.view;
    let ticks = view.waiting.iter().any(|run| timed(&run.reasons));
    let now = use_now(if ticks { 1_000 } else { 30_000 });
    // The row that an order was given to by a key keeps the focus, although it moves or leaves.
    let wanted = use_mut_ref(|| None::<String>);
    {
        let wanted = wanted.clone();
        use_effect_with(view.clone(), move |_| {
            let row = wanted.borrow().clone();
            if let Some(row) = row
                && !dom::focus_stray(&row)
            {
                wanted.take(); // the focus went elsewhere by choice
            }
        });
    }
    let onact = use_callback((), move |row: String, ()| {
        wanted.replace(Some(row));
    });
    let shown = u32::try_from(view.waiting.len()).unwrap_or(u32::MAX);
    let more = view.waiting_total.saturating_sub(shown);
    html! {
        <section class="panel" aria-label="Waiting">
            <div class="panel__head">
                <h2 class="panel__title">{ "Waiting" }</h2>
                if more > 0 {
                    <span class="mute small">{ format!("the first {} of {}", format::count(u64::from(shown)), format::count(u64::from(view.waiting_total))) }</span>
                } else {
                    <span class="mute small">{ "in the order of turns" }</span>
                }
            </div>
            <table class="table" data-testid="queue-waiting">
                <thead><tr>
                    <th class="num shrink">{ "Turn" }</th><th>{ "Task" }</th><th>{ "Profile" }</th><th>{ "Priority" }</th>
                    <th class="wide">{ "Waits because" }</th><th class="actions"><span class="visually-hidden">{ "Actions" }</span></th>
                </tr></thead>
                <tbody>
                    for (index, run) in view.waiting.iter().enumerate() {
                        <WaitingRow key={run.row.id.to_string()} place={index + 1} run={run.clone()} {now} orders={props.orders.clone()} onact={onact.clone()} />
                    }
                </tbody>
            </table>
        </section>
    }
}
