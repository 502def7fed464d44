//! Takes a snapshot, with a note for later.

use std::rc::Rc;

use drover_model::Profile;
use drover_model::request::TakeSnapshot;
use yew::prelude::*;

use crate::components::{Button, ButtonTone, Dialog, Input};
use crate::hooks::{use_job, use_link, use_toasts};
use crate::pages::keeping::refusal::{refusal, working};
use crate::{api, format};

#[derive(PartialEq, Properties)]
pub(super) struct TakeDialogProps {
    pub profile: Rc<Profile>,
    pub onchanged: Callback<()>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn TakeDialog(props: &TakeDialogProps) -> Html {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let note = use_state_eq(String::new);
    let oninput = use_callback(note.setter(), |text: String, note| note.set(text));
    let onsubmit = {
        let (job, changed, close) = (job.clone(), props.onchanged.clone(), props.onclose.clone());
        let request = TakeSnapshot {
            profile: props.profile.id.to_string(),
            note: note.trim().to_owned(),
        };
        Callback::from(move |()| {
            let (link, request, toasts) = (link.clone(), request.clone(), toasts.clone());
            let (changed, close) = (changed.clone(), close.clone());
            job.run(
                async move { api::take_snapshot(&link, request).await },
                move |snapshot| {
                    close.emit(());
                    toasts.done(format!("Snapshot taken, {}", format::size(snapshot.bytes)));
                    changed.emit(());
                },
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Take snapshot" tone={ButtonTone::Primary} submit={true} busy={job.is_busy()} testid="snapshot-take-run" />
        </>
    };
    html! {
        <Dialog title={format!("Take a snapshot of {}", props.profile.name)} onclose={props.onclose.clone()} onsubmit={onsubmit.clone()} {footer} testid="snapshot-take-dialog">
            if let Some(error) = job.refusal() { { refusal("No snapshot was taken", error, &onsubmit) } }
            <p>{ "It keeps the profile as it is now, sign-ins included and caches left out. The profile must not be open meanwhile." }</p>
            <Input id="snapshot-note" label="Note" optional={true} value={(*note).clone()} {oninput} placeholder="Signed in, before the price run" testid="snapshot-note" />
            if job.is_busy() { { working("Copying the files. A large profile takes a while.") } }
        </Dialog>
    }
}
