//! Makes a second profile that begins as this one is.

use std::rc::Rc;

use drover_model::Profile;
use drover_model::request::CloneProfile;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::{Button, ButtonTone, Dialog, Input};
use crate::hooks::{use_job, use_link, use_toasts};
use crate::pages::keeping::refusal::{field_problem, refusal, working};
use crate::route::Route;
use crate::{api, format};

#[derive(PartialEq, Properties)]
pub(super) struct CloneDialogProps {
    pub profile: Rc<Profile>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn CloneDialog(props: &CloneDialogProps) -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let name = use_state_eq(String::new);
    let oninput = use_callback((name.setter(), job.clone()), |text: String, (name, job)| {
        name.set(text);
        job.clear();
    });
    let onsubmit = {
        let (job, close) = (job.clone(), props.onclose.clone());
        let typed = name.trim().to_owned();
        let request = CloneProfile {
            profile: props.profile.id.to_string(),
            name: (!typed.is_empty()).then_some(typed),
        };
        Callback::from(move |()| {
            let (link, request, toasts) = (link.clone(), request.clone(), toasts.clone());
            let (close, navigator) = (close.clone(), navigator.clone());
            job.run(
                async move { api::clone_profile(&link, request).await },
                move |made| {
                    close.emit(());
                    let route = Route::Profile {
                        id: made.profile.id.to_string(),
                    };
                    let text = format!(
                        "`{}` made, {}",
                        made.profile.name,
                        format::size(made.copy.bytes)
                    );
                    toasts.with_action(
                        text,
                        "Show",
                        Callback::from(move |()| navigator.push(&route)),
                    );
                },
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Clone profile" tone={ButtonTone::Primary} submit={true} busy={job.is_busy()} testid="clone-run" />
        </>
    };
    let name_error = field_problem(&job, "name");
    let refused = job.refusal().filter(|_| name_error.is_none());
    html! {
        <Dialog title={format!("Clone {}", props.profile.name)} onclose={props.onclose.clone()} onsubmit={onsubmit.clone()} {footer} testid="clone-dialog">
            if let Some(error) = refused { { refusal("The profile was not cloned", error, &onsubmit) } }
            <p>{ "The clone has the same cookies and sign-ins. A site that sees both at once may sign one of them out." }</p>
            <Input id="clone-name" label="Name" optional={true} placeholder={format!("{} copy", props.profile.name)} value={(*name).clone()} {oninput} error={name_error}
                testid="clone-name" />
            if job.is_busy() { { working("Copying the files. A large profile takes a while.") } }
        </Dialog>
    }
}
