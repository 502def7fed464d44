//! The settings of a profile, changed in place.

use std::rc::Rc;

use drover_model::Profile;
use drover_model::request::SaveProfile;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::overrides::overrides_fields;
use crate::api;
use crate::bridge::dom;
use crate::components::{Button, ButtonTone, Callout, Tone};
use crate::hooks::{use_action, use_link, use_toasts};
use crate::keymap::Action;
use crate::pages::profiles::ProfileFields;
use crate::state::profiles::{FormAction, ProfileForm};

#[derive(PartialEq, Properties)]
pub(super) struct ProfileSettingsProps {
    pub profile: Rc<Profile>,
}

#[component]
pub(super) fn ProfileSettings(props: &ProfileSettingsProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let form = {
        let profile = props.profile.clone();
        use_reducer_eq(move || ProfileForm::from_profile(&profile))
    };
    let busy = use_state_eq(|| false);
    let onaction = use_callback(form.dispatcher(), |action: FormAction, form| {
        form.dispatch(action);
    });
    let save = use_callback(
        (link, toasts, form.clone(), busy.clone()),
        |(): (), (link, toasts, form, busy)| {
            form.dispatch(FormAction::Submit);
            if !form.valid() {
                let field = form.first_problem().unwrap_or_default();
                return dom::focus_id(&format!("profile-{}", field.replace(['_', '.'], "-")));
            }
            if **busy || !form.changed() {
                return;
            }
            busy.set(true);
            let request = SaveProfile {
                id: form.id,
                draft: form.draft(),
            };
            let (link, toasts, form, busy) = (
                link.clone(),
                toasts.clone(),
                form.dispatcher(),
                busy.setter(),
            );
            spawn_local(async move {
                match api::save_profile(&link, request).await {
                    Ok(profile) => {
                        toasts.done(format!("Profile `{}` saved", profile.name));
                        form.dispatch(FormAction::Replace(Box::new(ProfileForm::from_profile(
                            &profile,
                        ))));
                    }
                    Err(error) => form.dispatch(FormAction::Refused(error)),
                }
                busy.set(false);
            });
        },
    );
    let discard = use_callback(
        (props.profile.clone(), form.dispatcher()),
        |_: MouseEvent, (profile, form)| {
            form.dispatch(FormAction::Replace(Box::new(ProfileForm::from_profile(
                profile,
            ))));
        },
    );
    let living = props.profile.removed_at.is_none();
    use_action(Action::Save, living.then(|| save.clone()));
    let changed = form.changed();
    let shown = Rc::new((*form).clone());
    let onsubmit = save.reform(|event: SubmitEvent| event.prevent_default());
    html! {
        <form class="form panel form-panel" novalidate={true} {onsubmit}>
            <div class="panel__body">
                if let Some(refusal) = form.refusal() { <Callout tone={Tone::Err} title="The profile was not saved">{ refusal }</Callout> }
                <ProfileFields form={shown.clone()} onaction={onaction.clone()} />
            </div>
            { overrides_fields(&shown, &onaction) }
            <div class="form-panel__foot">
                if changed { <span class="second grow">{ "Not saved yet" }</span> }
                if changed { <Button label="Discard" tone={ButtonTone::Quiet} onclick={discard} /> }
                <Button label="Save profile" keys="Ctrl S" tone={ButtonTone::Primary} submit={true} busy={*busy} testid="profile-save"
                    blocked={if living { (!changed).then(|| AttrValue::from("Nothing was changed")) } else { Some("Restore the profile first".into()) }} />
            </div>
        </form>
    }
}
