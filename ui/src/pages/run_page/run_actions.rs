//! Stop, resume, run again, answer, pin.

use drover_model::RunId;
use drover_model::request::{CancelRun, PinRuns, RerunRun, ResumeRun, SettleRun};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::hooks::{use_lead, use_link, use_toasts};
use crate::pages::start::show_run;

/// Callbacks for one run. `busy` is set while one of them is under way.
#[derive(Clone, PartialEq)]
pub(super) struct RunActions {
    pub(super) busy: bool,
    /// A second time it kills what is left.
    pub(super) stop: Callback<()>,
    pub(super) resume: Callback<()>,
    /// Started once more, `true` with the task's newest version.
    pub(super) again: Callback<bool>,
    /// A lost run needs no answer any more.
    pub(super) settle: Callback<()>,
    /// Kept whatever its age, or let go again.
    pub(super) pin: Callback<bool>,
}

#[hook]
pub(super) fn use_run_actions(run: Option<RunId>, onchanged: Callback<()>) -> RunActions {
    let (link, toasts) = (use_link(), use_toasts());
    let lead = use_lead();
    let busy = use_state_eq(|| false);
    let stop = use_callback(
        (run, link.clone(), toasts.clone(), onchanged.clone()),
        |(): (), (run, link, toasts, onchanged)| {
            let Some(run) = *run else { return };
            let (link, toasts, onchanged) = (link.clone(), toasts.clone(), onchanged.clone());
            spawn_local(async move {
                match api::cancel_run(&link, CancelRun { run }).await {
                    Ok(_) => onchanged.emit(()),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let resume = use_callback(
        (run, link.clone(), toasts.clone(), onchanged.clone()),
        |(): (), (run, link, toasts, onchanged)| {
            let Some(run) = *run else { return };
            let (link, toasts, onchanged) = (link.clone(), toasts.clone(), onchanged.clone());
            spawn_local(async move {
                match api::resume_run(&link, ResumeRun { run }).await {
                    Ok(_) => onchanged.emit(()),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let settle = use_callback(
        (run, link.clone(), toasts.clone(), onchanged.clone()),
        |(): (), (run, link, toasts, onchanged)| {
            let Some(run) = *run else { return };
            let (link, toasts, onchanged) = (link.clone(), toasts.clone(), onchanged.clone());
            spawn_local(async move {
                match api::settle_run(&link, SettleRun { run }).await {
                    Ok(_) => {
                        toasts.done("Marked as done. It stays lost, and asks nobody any more");
                        onchanged.emit(());
                    }
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let pin = use_callback(
        (run, link.clone(), toasts.clone(), onchanged),
        |pinned: bool, (run, link, toasts, onchanged)| {
            let Some(run) = *run else { return };
            let (link, toasts, onchanged) = (link.clone(), toasts.clone(), onchanged.clone());
            spawn_local(async move {
                let request = PinRuns {
                    runs: vec![run],
                    pinned,
                };
                match api::pin_runs(&link, request).await {
                    Ok(_) => {
                        toasts.done(if pinned {
                            "Pinned: it is kept whatever its age"
                        } else {
                            "Not pinned any more"
                        });
                        onchanged.emit(());
                    }
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let again = use_callback(
        (run, link, toasts, lead, busy.clone()),
        |latest: bool, (run, link, toasts, lead, busy)| {
            let Some(run) = run.filter(|_| !**busy) else {
                return;
            };
            busy.set(true);
            let (link, toasts, lead, busy) =
                (link.clone(), toasts.clone(), lead.clone(), busy.setter());
            spawn_local(async move {
                let answer = api::rerun_run(&link, RerunRun { run, latest }).await;
                busy.set(false);
                match answer {
                    Ok(row) => show_run(lead, &toasts, &row),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    RunActions {
        busy: *busy,
        stop,
        resume,
        again,
        settle,
        pin,
    }
}
