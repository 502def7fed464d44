//! Makes or changes a profile.

use drover_model::Profile;
use drover_model::request::SaveProfile;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::ProfileFields;
use crate::api;
use crate::bridge::dom;
use crate::components::{Button, ButtonTone, Callout, Dialog, Tone};
use crate::hooks::{use_link, use_toasts};
use crate::state::profiles::{FormAction, ProfileForm};

#[derive(PartialEq, Properties)]
pub(crate) struct ProfileEditorProps {
    pub form: ProfileForm,
    pub onclose: Callback<()>,
    #[prop_or_default]
    pub onsaved: Callback<Profile>,
}

#[component]
pub(crate) fn ProfileEditor(props: &ProfileEditorProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let form = {
        let first = props.form.clone();
        use_reducer_eq(move || first)
    };
    let busy = use_state_eq(|| false);
    let is_new = props.form.id.is_none();
    let onaction = use_callback(form.dispatcher(), |action: FormAction, form| {
        form.dispatch(action);
    });
    let onsubmit = {
        let (form, busy, onclose, onsaved) = (
            form.clone(),
            busy.clone(),
            props.onclose.clone(),
            props.onsaved.clone(),
        );
        Callback::from(move |()| {
            if *busy {
                return;
            }
            form.dispatch(FormAction::Submit);
            if !form.valid() {
                return focus_first(&form);
            }
            busy.set(true);
            let request = SaveProfile {
                id: form.id,
                draft: form.draft(),
            };
            let (link, toasts, form, busy, onclose, onsaved) = (
                link.clone(),
                toasts.clone(),
                form.dispatcher(),
                busy.setter(),
                onclose.clone(),
                onsaved.clone(),
            );
            spawn_local(async move {
                match api::save_profile(&link, request).await {
                    Ok(profile) => {
                        toasts.done(if is_new {
                            format!("Profile `{}` made", profile.name)
                        } else {
                            format!("Profile `{}` saved", profile.name)
                        });
                        onclose.emit(());
                        onsaved.emit(profile);
                    }
                    Err(error) => {
                        busy.set(false);
                        if let Some(field) = &error.field {
                            dom::focus_id(&format!("profile-{}", field.replace('_', "-")));
                        }
                        form.dispatch(FormAction::Refused(error));
                    }
                }
            });
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label={if is_new { "Make profile" } else { "Save profile" }} tone={ButtonTone::Primary} submit={true} busy={*busy} testid="profile-save" />
        </>
    };
    let title = if is_new {
        "New profile".to_owned()
    } else {
        format!("Edit {}", props.form.name)
    };
    html! {
        <Dialog {title} onclose={props.onclose.clone()} {onsubmit} {footer} testid="profile-dialog">
            if let Some(refusal) = form.refusal() { <Callout tone={Tone::Err} title="The profile was not saved">{ refusal }</Callout> }
            <ProfileFields form={std::rc::Rc::new((*form).clone())} {onaction} />
        </Dialog>
    }
}

/// Leads to the first field that is wrong.
pub(super) fn focus_first(form: &ProfileForm) {
    if let Some(field) = form.first_problem() {
        dom::focus_id(&format!("profile-{}", field.replace('_', "-")));
    }
}
