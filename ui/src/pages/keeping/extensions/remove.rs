//! Takes an extension away.

use std::rc::Rc;

use drover_model::Profile;
use drover_model::request::RemoveExtension;
use yew::prelude::*;

use crate::api;
use crate::hooks::{use_job, use_link, use_toasts};
use crate::pages::keeping::confirm::Confirm;
use crate::state::keeping::{ExtensionRow, LoadState};

#[derive(PartialEq, Properties)]
pub(super) struct RemoveExtensionProps {
    pub profile: Rc<Profile>,
    pub row: Rc<ExtensionRow>,
    pub onchanged: Callback<()>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn RemoveExtensionDialog(props: &RemoveExtensionProps) -> Html {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let row = &props.row;
    let onconfirm = {
        let (job, changed, close) = (job.clone(), props.onchanged.clone(), props.onclose.clone());
        let request = RemoveExtension {
            profile: props.profile.id.to_string(),
            extension: row.digest.clone(),
        };
        let name = row.name.clone();
        Callback::from(move |()| {
            let (link, request, toasts) = (link.clone(), request.clone(), toasts.clone());
            let (changed, close) = (changed.clone(), close.clone());
            let text = format!("`{name}` removed");
            job.run(
                async move { api::remove_extension(&link, request).await },
                move |()| {
                    close.emit(());
                    toasts.done(text);
                    changed.emit(());
                },
            );
        })
    };
    html! {
        <Confirm title={format!("Remove {}?", row.name)} verb="Remove extension" danger={true} {job} working="Deleting its files." refused="The extension was not removed"
            {onconfirm} onclose={props.onclose.clone()} testid="extension-remove-dialog">
            <p>{ "Its files go from this profile. What it stored stays in the browser's own data." }</p>
            if row.state == LoadState::Loaded { <p>{ "The browser that runs keeps it until it is closed." }</p> }
        </Confirm>
    }
}
