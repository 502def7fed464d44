//! Fan-outs: how far each is, and what can be done about the rest.

use std::rc::Rc;

use drover_model::request::{BatchList, CancelBatch, ListBatches, RetryBatch};
use drover_model::{Batch, BatchId};
use jiff::Timestamp;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::orders::click_id;
use crate::api;
use crate::bridge::{clock, dom};
use crate::components::{Badge, Button, EmptyState, Tone};
use crate::format::{self, plural};
use crate::hooks::{use_link, use_now, use_query, use_toasts};
use crate::route::{Route, RunsQuery};
use crate::state::{Load, render_remote};

#[derive(Clone, Copy, PartialEq)]
enum Order {
    CancelWaiting,
    Cancel,
    Retry,
}

#[component]
pub(super) fn Batches() -> Html {
    // The cursors of the pages that were turned to; none for the newest.
    let turned = use_state_eq(Vec::<BatchId>::new);
    let question = ListBatches {
        cursor: turned.last().copied(),
        ..ListBatches::default()
    };
    let query = use_query(question, 0, |_, fact| BatchList::stale_by(fact));
    let now = use_now(10_000);
    let onorder = use_batch_orders();
    let onturn = use_callback(turned.clone(), |to: Option<BatchId>, turned| {
        let mut next = (**turned).clone();
        match to {
            Some(older) => next.push(older),
            None => drop(next.pop()),
        }
        turned.set(next);
        dom::to_top("panel-batches");
    });
    render_remote(
        &query.remote,
        "The batches could not be loaded",
        &query.onreload,
        |all: &Rc<BatchList>| {
            if all.rows.is_empty() && turned.is_empty() {
                return html! {
                    <EmptyState icon="layers" title="No batches yet" text="A task that is started over many profiles or rows appears here, with how far it is." testid="batches-empty">
                        <Link<Route> to={Route::Tasks} classes="btn">{ "Run a task over many" }</Link<Route>>
                    </EmptyState>
                };
            }
            html! {
                <div class="stack">
                    <ul class="stack" data-testid="batches">for batch in &all.rows { { card(batch, now, &onorder) } }</ul>
                    { pages(all.next, !turned.is_empty(), &onturn) }
                </div>
            }
        },
    )
}

/// The buttons to the pages before and after this one; nothing where there is one page.
fn pages(older: Option<BatchId>, newer: bool, onturn: &Callback<Option<BatchId>>) -> Html {
    if older.is_none() && !newer {
        return Html::default();
    }
    html! {
        <nav class="older row" aria-label="Pages of batches">
            if newer { <Button label="Newer batches" icon="chevron-left" small={true} onclick={onturn.reform(|_: MouseEvent| None)} testid="batches-newer" /> }
            if let Some(older) = older { <Button label="Older batches" small={true} onclick={onturn.reform(move |_: MouseEvent| Some(older))} testid="batches-older" /> }
        </nav>
    }
}

#[hook]
fn use_batch_orders() -> Callback<(Batch, Order)> {
    let (link, toasts) = (use_link(), use_toasts());
    use_callback(
        (link, toasts),
        |(batch, order): (Batch, Order), (link, toasts)| {
            let (link, toasts) = (link.clone(), toasts.clone());
            spawn_local(async move {
                let cancel = |waiting| CancelBatch {
                    batch: batch.id,
                    waiting,
                };
                let answer = match order {
                    Order::CancelWaiting => {
                        api::cancel_batch(&link, cancel(true)).await.map(|_| {
                            toasts.done("The waiting runs are cancelled; what runs goes on");
                        })
                    }
                    Order::Cancel => api::cancel_batch(&link, cancel(false))
                        .await
                        .map(|_| toasts.done("The batch is being stopped")),
                    Order::Retry => {
                        let request = RetryBatch {
                            batch: batch.id,
                            request_id: Some(click_id()),
                        };
                        api::retry_batch(&link, request).await.map(|_| {
                            let failed = u64::from(batch.counts.failed);
                            toasts.done(format!("{} queued again", plural(failed, "failed run")));
                        })
                    }
                };
                if let Err(error) = answer {
                    toasts.failed(&error);
                }
            });
        },
    )
}

fn card(batch: &Batch, now: Timestamp, onorder: &Callback<(Batch, Order)>) -> Html {
    let counts = batch.counts;
    let order = |order: Order| {
        let batch = batch.clone();
        onorder.reform(move |_: MouseEvent| (batch.clone(), order))
    };
    let state = match (counts.is_done(), batch.stopped_at) {
        (_, Some(_)) => {
            html! { <Badge label="Given up" tone={Tone::Warn} icon="circle-stop" title="Its failures reached the limit, and the rest was cancelled." /> }
        }
        (true, None) if counts.failed > 0 => {
            html! { <Badge label="Done, some failed" tone={Tone::Err} icon="circle-x" /> }
        }
        (true, None) => html! { <Badge label="Done" tone={Tone::Ok} icon="circle-check" /> },
        (false, None) => {
            html! { <Badge label="Going on" tone={Tone::Info} icon="loader" turning={true} /> }
        }
    };
    let query = RunsQuery::batch(batch.id);
    html! {
        <li class="panel" key={batch.id.to_string()} data-testid={format!("batch-{}", batch.id)}>
            <div class="panel__body stack stack--tight">
                <div class="row">
                    <Link<Route, RunsQuery> to={Route::Runs} query={Some(query)} classes="link strong">{ batch.task.as_str() }</Link<Route, RunsQuery>>
                    <span class="second truncate grow">{ origin(batch, now) }</span>
                    { state }
                    if counts.waiting > 0 { <Button label={format!("Cancel {} waiting", counts.waiting)} small={true} onclick={order(Order::CancelWaiting)} testid="batch-cancel-waiting" /> }
                    if !counts.is_done() { <Button label="Stop all" icon="square" small={true} onclick={order(Order::Cancel)} testid="batch-cancel" /> }
                    if counts.is_done() && counts.failed > 0 { <Button label={format!("Retry {} failed", counts.failed)} icon="rotate-ccw" small={true} onclick={order(Order::Retry)} testid="batch-retry" /> }
                </div>
                { bar(batch) }
            </div>
        </li>
    }
}

/// "tag eu, 50 at random · by schedule nightly · started 5 min ago".
fn origin(batch: &Batch, now: Timestamp) -> Html {
    let by = batch
        .schedule_name
        .as_ref()
        .map(|name| format!(" · by schedule {name}"))
        .unwrap_or_default();
    let again = if batch.retry_of.is_some() {
        " · repeats what failed"
    } else {
        ""
    };
    let text = format!(
        "{}{by}{again} · started {}",
        batch.over,
        format::relative(batch.started_at, now)
    );
    html! { <span title={clock::local(batch.started_at)}>{ text }</span> }
}

fn bar(batch: &Batch) -> Html {
    let counts = batch.counts;
    let parts = [
        ("ok", "succeeded", counts.succeeded),
        ("err", "failed", counts.failed),
        ("mute", "cancelled", counts.cancelled),
        ("mute", "skipped", counts.skipped),
        ("info", "running", counts.running),
        ("none", "waiting", counts.waiting),
    ];
    let share = |part: u32| u64::from(part) * 1_000 / u64::from(counts.total.max(1));
    let words: Vec<String> = parts
        .iter()
        .filter(|(_, _, count)| *count > 0)
        .map(|(_, word, count)| format!("{} {word}", format::count(u64::from(*count))))
        .collect();
    html! {
        <>
            <div class="batch-bar" aria-hidden="true">
                for (tone, word, count) in parts {
                    if count > 0 { <i key={word} class={format!("batch-bar__part batch-bar--{tone}")} style={format!("--w: {}", share(count))} /> }
                }
            </div>
            <p class="second small tabular">{ format!("{}: {}", plural(u64::from(counts.total), "run"), words.join(", ")) }</p>
        </>
    }
}
