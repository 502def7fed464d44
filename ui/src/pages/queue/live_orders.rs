//! What can be done with one run from a list, each with its answer at the edge of the window.

use drover_model::request::{CancelRun, RerunRun, ResumeRun, SettleRun};
use drover_model::{RunId, RunRow};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::hooks::{use_lead, use_link, use_toasts};
use crate::pages::start::show_run;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// A second time it kills what is left.
    Stop,
    /// Lets a parked run go on.
    Resume,
    /// A lost run needs no answer any more.
    Settle,
    /// The same, and it is started once more.
    Again,
}

/// The run, what it is called, and what is to be done.
pub(super) type Ordered = (RunId, String, Order);

/// "Price check #4X2K9A".
pub(super) fn called(row: &RunRow) -> String {
    format!("{} #{}", row.task, row.id.short())
}

#[hook]
pub(super) fn use_live_orders() -> Callback<Ordered> {
    let (link, toasts, lead) = (use_link(), use_toasts(), use_lead());
    use_callback(
        (link, toasts, lead),
        |(run, name, order): Ordered, (link, toasts, lead)| {
            let (link, toasts, lead) = (link.clone(), toasts.clone(), lead.clone());
            spawn_local(async move {
                let answer = match order {
                    Order::Stop => api::cancel_run(&link, CancelRun { run }).await.map(drop),
                    Order::Resume => api::resume_run(&link, ResumeRun { run })
                        .await
                        .map(|_| toasts.done(format!("{name} goes on"))),
                    Order::Settle => api::settle_run(&link, SettleRun { run })
                        .await
                        .map(|_| toasts.done(format!("{name} is marked as done"))),
                    Order::Again => {
                        let request = RerunRun { run, latest: false };
                        let started = api::rerun_run(&link, request).await;
                        started.map(|row| show_run(lead, &toasts, &row))
                    }
                };
                if let Err(error) = answer {
                    toasts.failed(&error);
                }
            });
        },
    )
}
