//! Saves the selected profiles under a name, for tasks that run in them together.

use drover_model::request::{ListProfileSets, RemoveProfileSet, SaveProfileSet};
use drover_model::{Fact, FieldErrors, Name, ProfileSet};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::bridge::Link;
use crate::components::{Button, ButtonTone, Dialog, IconButton, Input};
use crate::format::plural;
use crate::hooks::{ToastHandle, use_form, use_link, use_query, use_toasts};

#[derive(PartialEq, Properties)]
pub(super) struct SaveSetDialogProps {
    /// By name.
    pub profiles: Vec<String>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn SaveSetDialog(props: &SaveSetDialogProps) -> Html {
    let (link, toasts, form) = (use_link(), use_toasts(), use_form());
    let name = use_state_eq(String::new);
    let sets = use_query(ListProfileSets {}, 0, |_, fact| {
        matches!(fact, Fact::ProfileSetsChanged)
    });
    let oninput = use_callback(name.setter(), |text: String, name| name.set(text));
    let onsubmit = {
        let (name, profiles) = ((*name).clone(), props.profiles.clone());
        let (link, toasts, form) = (link.clone(), toasts.clone(), form.clone());
        let onclose = props.onclose.clone();
        Callback::from(move |()| {
            let name = match name.parse::<Name>() {
                Ok(name) => name,
                Err(error) => return form.refuse(FieldErrors::one("name", error.to_string())),
            };
            let request = SaveProfileSet {
                name,
                profiles: profiles.clone(),
                filter: None,
            };
            let (link, toasts, onclose) = (link.clone(), toasts.clone(), onclose.clone());
            form.send(
                async move { api::save_profile_set(&link, request).await },
                move |set| {
                    toasts.done(format!("Set `{}` saved", set.name));
                    onclose.emit(());
                },
            );
        })
    };
    let onremove = use_callback((link, toasts), |set: ProfileSet, (link, toasts)| {
        let (link, toasts) = (link.clone(), toasts.clone());
        spawn_local(async move {
            let name = set.name.clone();
            match api::remove_profile_set(&link, RemoveProfileSet { name }).await {
                Ok(()) => {
                    let text = format!("Set `{}` removed; its profiles stay", set.name);
                    toasts.undoable(text, put_back(link, toasts.clone(), set));
                }
                Err(error) => toasts.failed(&error),
            }
        });
    });
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Save the set" tone={ButtonTone::Primary} submit={true} busy={form.is_busy()} testid="save-set" />
        </>
    };
    let known: &[ProfileSet] = sets.data().map_or(&[], |sets| sets);
    html! {
        <Dialog title={format!("Save {} as a set", plural(props.profiles.len() as u64, "profile"))} onclose={props.onclose.clone()} {onsubmit} {footer} testid="save-set-dialog">
            <Input id="set-name" label="Name" value={(*name).clone()} {oninput} error={form.error("name")} autofocus={true} placeholder="morning"
                hint="A task that runs in the set runs in what it holds then. The same name again replaces it." testid="set-name" />
            if !known.is_empty() {
                <ul class="points" aria-label="Saved sets">
                    for set in known {
                        <li key={set.name.to_string()} class="row">
                            <span class="strong">{ set.name.as_str() }</span>
                            <span class="second truncate grow">{ held(set) }</span>
                            <IconButton icon="trash-2" label={format!("Remove the set {}", set.name)} small={true}
                                onclick={onremove.reform({ let set = set.clone(); move |_: MouseEvent| set.clone() })} />
                        </li>
                    }
                </ul>
            }
        </Dialog>
    }
}

/// A removed set can be saved again as it was.
fn put_back(link: Link, toasts: ToastHandle, set: ProfileSet) -> Callback<()> {
    Callback::from(move |()| {
        let (link, toasts) = (link.clone(), toasts.clone());
        let members = set.profiles.iter().map(Name::to_string);
        let request = SaveProfileSet {
            name: set.name.clone(),
            profiles: members.filter(|_| set.filter.is_none()).collect(),
            filter: set.filter.clone(),
        };
        spawn_local(async move {
            if let Err(error) = api::save_profile_set(&link, request).await {
                toasts.failed(&error);
            }
        });
    })
}

fn held(set: &ProfileSet) -> String {
    let now = plural(set.profiles.len() as u64, "profile");
    match &set.filter {
        Some(filter) => format!("{filter}: {now} now"),
        None => now,
    }
}
