//! Asks before the retention removes what it would remove by itself later.

use drover_model::Retention;
use drover_model::request::ApplyRetention;
use yew::prelude::*;

use crate::api;
use crate::format;
use crate::hooks::{use_job, use_link, use_toasts};
use crate::pages::keeping::Confirm;
use crate::state::runs::goes_words;

#[derive(PartialEq, Properties)]
pub(super) struct RemoveNowProps {
    /// What was found.
    pub found: Retention,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn RemoveNow(props: &RemoveNowProps) -> Html {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let onconfirm = {
        let (job, close) = (job.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let (link, toasts, close) = (link.clone(), toasts.clone(), close.clone());
            job.run(
                async move { api::apply_retention(&link, ApplyRetention {}).await },
                move |done| {
                    close.emit(());
                    toasts.done(format!("{} freed", format::size(done.bytes)));
                },
            );
        })
    };
    html! {
        <Confirm title="Remove old runs and files?" verb={format!("Free {}", format::size(props.found.bytes))} danger={true} {job}
            working="Removing them." refused="Not everything was removed" {onconfirm} onclose={props.onclose.clone()} testid="retention-dialog">
            <p>{ goes_words(&props.found) }</p>
            <p>{ "It cannot be brought back. Pinned runs and their files stay." }</p>
        </Confirm>
    }
}
