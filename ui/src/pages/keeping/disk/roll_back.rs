//! Goes back to a snapshot, and forward again.

use std::rc::Rc;

use drover_model::request::RollBackProfile;
use drover_model::{Profile, Snapshot};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::bridge::clock;
use crate::hooks::{use_job, use_link, use_toasts};
use crate::pages::keeping::confirm::Confirm;

#[derive(PartialEq, Properties)]
pub(super) struct RollBackProps {
    pub profile: Rc<Profile>,
    pub snapshot: Rc<Snapshot>,
    pub onchanged: Callback<()>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn RollBackDialog(props: &RollBackProps) -> Html {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let taken = clock::local(props.snapshot.at);
    let profile = props.profile.id.to_string();
    // The undo is a rollback too, to the snapshot that the first one made of the state before.
    let onundo = use_callback(
        (
            link.clone(),
            toasts.clone(),
            props.onchanged.clone(),
            profile.clone(),
        ),
        |undo: Rc<Snapshot>, (link, toasts, changed, profile)| {
            let (link, toasts, changed) = (link.clone(), toasts.clone(), changed.clone());
            let request = RollBackProfile {
                profile: profile.clone(),
                snapshot: Some(undo.id.clone()),
            };
            spawn_local(async move {
                match api::roll_back_profile(&link, request).await {
                    Ok(_) => toasts.done("The profile is as it was before the rollback"),
                    Err(error) => toasts.failed(&error),
                }
                changed.emit(());
            });
        },
    );
    let onconfirm = {
        let (job, changed, close) = (job.clone(), props.onchanged.clone(), props.onclose.clone());
        let request = RollBackProfile {
            profile,
            snapshot: Some(props.snapshot.id.clone()),
        };
        let name = props.profile.name.clone();
        Callback::from(move |()| {
            let (link, request, toasts) = (link.clone(), request.clone(), toasts.clone());
            let (changed, close, onundo) = (changed.clone(), close.clone(), onundo.clone());
            let text = format!("`{name}` rolled back");
            job.run(
                async move { api::roll_back_profile(&link, request).await },
                move |rollback| {
                    close.emit(());
                    let undo = Rc::new(rollback.undo);
                    toasts.undoable(text, onundo.reform(move |()| undo.clone()));
                    changed.emit(());
                },
            );
        })
    };
    html! {
        <Confirm title={format!("Roll {} back?", props.profile.name)} verb="Roll back" {job} working="Putting the files in place." refused="The profile was not rolled back"
            {onconfirm} onclose={props.onclose.clone()} testid="roll-back-dialog">
            <p>{ format!("The profile becomes what it was at {taken}: cookies, sign-ins, extensions' data and settings of the browser.") }</p>
            if !props.snapshot.note.is_empty() { <p class="pre-line">{ format!("Note: {}", props.snapshot.note) }</p> }
            <p>{ "The present state becomes a snapshot first, so that this can be undone." }</p>
        </Confirm>
    }
}
