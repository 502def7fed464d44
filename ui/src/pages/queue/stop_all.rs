//! Asks before everything that waits is stopped.

use drover_model::request::CancelRuns;
use yew::prelude::*;

use crate::api;
use crate::format::plural;
use crate::hooks::{use_job, use_link, use_toasts};
use crate::pages::keeping::Confirm;

#[derive(PartialEq, Properties)]
pub(super) struct StopAllDialogProps {
    /// How many wait.
    pub count: u32,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn StopAllDialog(props: &StopAllDialogProps) -> Html {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let runs = plural(u64::from(props.count), "waiting run");
    let onconfirm = {
        let (job, close) = (job.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let (link, toasts, close) = (link.clone(), toasts.clone(), close.clone());
            let request = CancelRuns {
                waiting: true,
                ..CancelRuns::default()
            };
            job.run(
                async move { api::cancel_runs(&link, request).await },
                move |stopped| {
                    close.emit(());
                    toasts.done(format!(
                        "{} stopped",
                        plural(u64::from(stopped), "waiting run")
                    ));
                },
            );
        })
    };
    html! {
        <Confirm title={format!("Stop {runs}?")} verb={format!("Stop {runs}")} danger={true} {job} working="Stopping them." refused="Not every run was stopped"
            {onconfirm} onclose={props.onclose.clone()} testid="queue-stop-all-dialog">
            <p>{ "They leave the queue and are marked as cancelled. What runs goes on." }</p>
            <p>{ "They can be run again from the list of runs." }</p>
        </Confirm>
    }
}
