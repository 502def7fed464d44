//! Pauses everything, or one task, profile or proxy, for a time and with a reason.

use drover_model::PauseScope;
use yew::prelude::*;

use super::names::{Named, use_names};
use crate::api;
use crate::bridge::clock;
use crate::components::{Button, ButtonTone, Choice, Dialog, Input, Select};
use crate::format::capital;
use crate::hooks::{use_form, use_link, use_toasts};
use crate::state::queue::{PauseDraft, paused_words, scope_hint, scope_word};

const OFFERED: [PauseScope; 4] = [
    PauseScope::Task,
    PauseScope::Profile,
    PauseScope::Proxy,
    PauseScope::All,
];

#[derive(PartialEq, Properties)]
pub(super) struct PauseDialogProps {
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn PauseDialog(props: &PauseDialogProps) -> Html {
    let (link, toasts, form) = (use_link(), use_toasts(), use_form());
    let draft = use_state_eq(PauseDraft::default);
    let names = use_names(Named::from(draft.scope));

    let edit = |change: fn(&mut PauseDraft, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            change(&mut next, text);
            draft.set(next);
        })
    };
    let onscope = {
        let draft = draft.clone();
        Callback::from(move |word: String| {
            if let Some(scope) = OFFERED.into_iter().find(|scope| scope.name() == word) {
                draft.set((*draft).clone().with_scope(scope));
            }
        })
    };
    let onsubmit = {
        let (draft, form, close) = (draft.clone(), form.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let request = match draft.request(clock::now()) {
                Ok(request) => request,
                Err(found) => return form.refuse(found),
            };
            let (link, toasts, close) = (link.clone(), toasts.clone(), close.clone());
            let text = format!("{} paused", capital(&paused_words(&request.what)));
            form.send(
                async move { api::set_pause(&link, request).await },
                move |_| {
                    toasts.done(text);
                    close.emit(());
                },
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let scopes: Vec<Choice> = OFFERED
        .into_iter()
        .map(|scope| Choice::new(scope.name(), scope_word(scope)))
        .collect();
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Pause" tone={ButtonTone::Primary} submit={true} busy={form.is_busy()} testid="pause-save" />
        </>
    };
    html! {
        <Dialog title="Pause" onclose={props.onclose.clone()} {onsubmit} {footer} testid="pause-dialog">
            <div class="pair">
                <Select id="pause-scope" label="What" value={draft.scope.name()} choices={scopes} onchange={onscope} testid="pause-scope" />
                if draft.scope != PauseScope::All {
                    <Input id="pause-name" label="Name" mono={true} value={draft.name.clone()} oninput={edit(|draft, text| draft.name = text)}
                        error={form.error("name")} list="pause-names" testid="pause-name" />
                }
            </div>
            <datalist id="pause-names">for name in names { <option key={name.clone()} value={name.clone()} /> }</datalist>
            <p class="second">{ scope_hint(draft.scope) }</p>
            <Input id="pause-lasts" label="For" optional={true} mono={true} value={draft.lasts.clone()} oninput={edit(|draft, text| draft.lasts = text)}
                error={form.error("lasts").or_else(|| form.error("until"))} placeholder="30m" hint="Written like 30m or 2h. Empty: until somebody resumes it." testid="pause-lasts" />
            <Input id="pause-note" label="Why" optional={true} value={draft.note.clone()} oninput={edit(|draft, text| draft.note = text)}
                error={form.error("note")} hint="Shown to everybody who meets the pause." testid="pause-note" />
        </Dialog>
    }
}
