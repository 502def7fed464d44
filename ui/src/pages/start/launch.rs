//! Starts a task and goes where its runs can be seen.

use drover_model::RunRow;
use drover_model::request::{BatchStart, StartBatch, StartOptions, StartTask};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::bridge::{clock, dom};
use crate::hooks::{Lead, ToastHandle, use_lead, use_link, use_toasts};
use crate::route::{Route, RunsQuery};
use crate::{api, format};

/// Whether a start is under way, and the callback that starts: id or name of the task, and with what.
#[hook]
pub fn use_launch() -> (bool, Callback<(String, StartOptions)>) {
    let (link, toasts) = (use_link(), use_toasts());
    let lead = use_lead();
    let busy = use_state_eq(|| false);
    let start = use_callback(
        (link, toasts, lead, busy.clone()),
        |(task, options): (String, StartOptions), deps| {
            let (link, toasts, lead, busy) = deps.clone();
            if *busy {
                return;
            }
            busy.set(true);
            let request_id = Some(format!(
                "window-{}-{}",
                clock::now().as_millisecond(),
                dom::fresh()
            ));
            spawn_local(async move {
                let answer = api::start_task(
                    &link,
                    StartTask {
                        task,
                        options,
                        request_id,
                    },
                )
                .await;
                busy.set(false);
                match answer {
                    Ok(rows) => match rows.as_slice() {
                        [] => toasts.info("No profile matches, so nothing was started"),
                        [row] => show_run(lead, &toasts, row),
                        [first, ..] => {
                            toasts.done(format!(
                                "{} queued",
                                format::plural(rows.len() as u64, "run")
                            ));
                            let query = RunsQuery {
                                task: Some(first.task.to_string()),
                                ..RunsQuery::default()
                            };
                            if lead.is_open() {
                                lead.navigator().push_with_query(&Route::Runs, &query).ok(); // a query of plain texts can be written
                            }
                        }
                    },
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    (*busy, start)
}

/// The same for many runs at once, all or none; they are one batch.
#[hook]
pub(super) fn use_launch_many() -> (bool, Callback<StartBatch>) {
    let (link, toasts) = (use_link(), use_toasts());
    let lead = use_lead();
    let busy = use_state_eq(|| false);
    let start = use_callback(
        (link, toasts, lead, busy.clone()),
        |request: StartBatch, deps| {
            let (link, toasts, lead, busy) = deps.clone();
            if *busy {
                return;
            }
            busy.set(true);
            let request_id = Some(format!(
                "window-{}-{}",
                clock::now().as_millisecond(),
                dom::fresh()
            ));
            spawn_local(async move {
                let request = StartBatch {
                    request_id,
                    dry: false,
                    ..request
                };
                let answer = api::start_batch(&link, request).await;
                busy.set(false);
                match answer {
                    Ok(BatchStart {
                        batch: Some(batch),
                        runs,
                        ..
                    }) => {
                        toasts.done(format!("{} queued", format::plural(u64::from(runs), "run")));
                        let query = RunsQuery::batch(batch.id);
                        if lead.is_open() {
                            lead.navigator().push_with_query(&Route::Runs, &query).ok(); // a query of plain texts can be written
                        }
                    }
                    // The report of the dialog says why, by line.
                    Ok(_) => toasts.info("Something has changed meanwhile, so nothing was started"),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    (*busy, start)
}

/// Opens the page of a run that was just queued; offers it when the user has gone elsewhere meanwhile.
pub(in crate::pages) fn show_run(lead: Lead, toasts: &ToastHandle, row: &RunRow) {
    let route = Route::Run {
        id: row.id.to_string(),
    };
    if !lead.push(&route) {
        let open = Callback::from(move |()| lead.navigator().push(&route));
        toasts.with_action(format!("`{}` queued", row.task), "Open", open);
    }
}
