//! What the list of profiles says when it shows none.

use drover_model::request::LoadSamples;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{Button, ButtonTone, EmptyState};
use crate::hooks::{use_link, use_toasts};
use crate::{api, format};

#[derive(PartialEq, Properties)]
pub(super) struct NoProfilesProps {
    pub filter: AttrValue,
    pub trash: bool,
    pub onnew: Callback<MouseEvent>,
    pub onimport: Callback<MouseEvent>,
    pub onclear: Callback<MouseEvent>,
}

#[component]
pub(super) fn NoProfiles(props: &NoProfilesProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let onsamples = use_callback((link, toasts), |_: MouseEvent, (link, toasts)| {
        let (link, toasts) = (link.clone(), toasts.clone());
        spawn_local(async move {
            match api::load_samples(&link, LoadSamples {}).await {
                Ok(report) => toasts.done(format!(
                    "{} and {} made",
                    format::plural(u64::from(report.profiles), "profile"),
                    format::plural(u64::from(report.tasks), "task")
                )),
                Err(error) => toasts.failed(&error),
            }
        });
    });
    if !props.filter.is_empty() {
        return html! {
            <EmptyState icon="search" title="No profile matches" text={format!("Nothing fits {}.", props.filter)}>
                <Button label="Clear the filter" onclick={props.onclear.clone()} testid="profile-filter-clear" />
            </EmptyState>
        };
    }
    if props.trash {
        return html! { <EmptyState icon="trash-2" title="The trash is empty" text="Removed profiles lie here until they are restored." /> };
    }
    html! {
        <EmptyState icon="users" title="No profiles yet" text="A profile is one browser identity: its cookies, extensions and settings." testid="profiles-empty">
            <Button label="New profile" icon="plus" tone={ButtonTone::Primary} onclick={props.onnew.clone()} testid="profile-new-first" />
            <Button label="Import profiles" icon="import" onclick={props.onimport.clone()} />
            <Button label="Load sample data" onclick={onsamples} />
        </EmptyState>
    }
}
