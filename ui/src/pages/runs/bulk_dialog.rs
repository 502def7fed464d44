//! Says how many runs match and what becomes of them, before it is done.

use drover_model::Fact;
use drover_model::RunId;
use drover_model::request::CancelRun;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::bulk::{Bulk, cancel, rerun};
use super::filter::words;
use crate::api;
use crate::bridge::Link;
use crate::components::Words;
use crate::format::plural;
use crate::hooks::{ToastHandle, use_job, use_link, use_query, use_toasts};
use crate::pages::keeping::Confirm;
use crate::route::RunsQuery;

#[derive(PartialEq, Properties)]
pub(super) struct BulkDialogProps {
    pub bulk: Bulk,
    pub query: RunsQuery,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn BulkDialog(props: &BulkDialogProps) -> Html {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let found = use_query(props.bulk.count(&props.query), 0, |_, fact: &Fact| {
        matches!(fact, Fact::RunQueued { .. } | Fact::RunMoved { .. })
    });
    let runs = found.data().map_or_else(
        || "the runs".to_owned(),
        |list| plural(u64::from(list.total), "run"),
    );
    let onconfirm = {
        let (job, close, query, bulk) = (
            job.clone(),
            props.onclose.clone(),
            props.query.clone(),
            props.bulk,
        );
        Callback::from(move |()| {
            let (link, toasts, close) = (link.clone(), toasts.clone(), close.clone());
            match bulk {
                Bulk::Stop => {
                    let request = cancel(&query);
                    job.run(
                        async move { api::cancel_runs(&link, request).await },
                        move |stopped| {
                            close.emit(());
                            toasts.done(format!("{} stopped", plural(u64::from(stopped), "run")));
                        },
                    );
                }
                Bulk::Again { latest } => {
                    let request = rerun(&query, latest);
                    let again = link.clone();
                    job.run(
                        async move { api::rerun_runs(&link, request).await },
                        move |rows| {
                            close.emit(());
                            let text = format!("{} queued", plural(rows.len() as u64, "run"));
                            let started = rows.iter().map(|row| row.id).collect();
                            toasts.undoable(text, take_back(again, toasts.clone(), started));
                        },
                    );
                }
            }
        })
    };
    let (verb, working, refused) = match props.bulk {
        Bulk::Stop => (
            format!("Stop {runs}"),
            "Stopping them.",
            "Not every run was stopped",
        ),
        Bulk::Again { .. } => (
            format!("Run {runs} again"),
            "Queueing them.",
            "Not every run was queued",
        ),
    };
    html! {
        <Confirm title={format!("{verb}?")} verb={verb} danger={props.bulk == Bulk::Stop} {job} {working} {refused}
            {onconfirm} onclose={props.onclose.clone()} testid="runs-bulk-dialog">
            <p data-testid="runs-bulk-filter"><Words text={filter_words(props.bulk, &props.query)} /></p>
            { consequence(props.bulk) }
        </Confirm>
    }
}

fn filter_words(bulk: Bulk, query: &RunsQuery) -> String {
    let narrow = words(query);
    match (narrow.is_empty(), bulk) {
        (false, _) => format!("Every run that fits `{narrow}`."),
        (true, Bulk::Stop) => "Every run that waits, runs or needs you.".to_owned(),
        (true, Bulk::Again { .. }) => {
            "Every run that failed, ran into a time limit or was lost.".to_owned()
        }
    }
}

fn consequence(bulk: Bulk) -> Html {
    match bulk {
        Bulk::Stop => html! {
            <p>{ "What waits leaves the queue; what runs is asked to end, and killed if it does not. They can be run again from this list." }</p>
        },
        Bulk::Again { latest } => html! {
            <>
                <p>
                    if latest { { "Each starts with the newest version of its task." } }
                    else { { "Each starts with the version and the inputs that it had." } }
                </p>
                <p class="second">{ "What was run again before is left out. Undo stops those that have not ended." }</p>
            </>
        },
    }
}

/// Stops the runs that were just queued.
fn take_back(link: Link, toasts: ToastHandle, runs: Vec<RunId>) -> Callback<()> {
    Callback::from(move |()| {
        let (link, toasts, runs) = (link.clone(), toasts.clone(), runs.clone());
        spawn_local(async move {
            let mut stopped = 0;
            for run in runs {
                match api::cancel_run(&link, CancelRun { run }).await {
                    Ok(_) => stopped += 1,
                    Err(error) if error.code == drover_model::Code::WrongState => {} // it has ended already
                    Err(error) => return toasts.failed(&error),
                }
            }
            toasts.done(format!("{} stopped", plural(stopped, "run")));
        });
    })
}
