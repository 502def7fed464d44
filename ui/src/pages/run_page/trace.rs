//! Opens a trace in Playwright's viewer, which the engine serves from this machine and the system's browser shows.

use drover_model::RunId;
use drover_model::request::OpenTrace;
use yew::prelude::*;

use crate::api;
use crate::hooks::{use_job, use_link, use_toasts};

#[derive(Clone, PartialEq)]
pub(super) struct Traces {
    /// Takes the path of the trace.
    pub open: Callback<String>,
    pub busy: bool,
}

#[hook]
pub(super) fn use_traces(run: RunId) -> Traces {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    {
        let toasts = toasts.clone();
        use_effect_with(job.refusal().cloned(), move |refusal| {
            if let Some(error) = refusal {
                toasts.failed(error);
            }
        });
    }
    let busy = job.is_busy();
    let open = use_callback(
        (link, toasts, job),
        move |path: String, (link, toasts, job)| {
            let (link, toasts) = (link.clone(), toasts.clone());
            let request = OpenTrace {
                run,
                path: Some(path),
                show: true,
            };
            job.run(
                async move { api::open_trace(&link, request).await },
                move |_| toasts.done("The trace opens in your browser"),
            );
        },
    );
    Traces { open, busy }
}
