//! Sets a limit, or changes one.

use drover_model::LimitKind;
use yew::prelude::*;

use super::names::{Named, use_names};
use crate::api;
use crate::components::{Button, ButtonTone, Choice, Dialog, Input, Select};
use crate::hooks::{use_form, use_link, use_toasts};
use crate::state::queue::{LimitDraft, kind_hint, kind_word};

/// What is offered, the most usual first.
const OFFERED: [LimitKind; 5] = [
    LimitKind::Proxy,
    LimitKind::Token,
    LimitKind::Tag,
    LimitKind::Task,
    LimitKind::Resource,
];

#[derive(PartialEq, Properties)]
pub(super) struct LimitDialogProps {
    pub draft: LimitDraft,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn LimitDialog(props: &LimitDialogProps) -> Html {
    let (link, toasts, form) = (use_link(), use_toasts(), use_form());
    let draft = use_state_eq(|| props.draft.clone());
    let names = use_names(Named::from(draft.kind));

    let edit = |change: fn(&mut LimitDraft, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            change(&mut next, text);
            draft.set(next);
        })
    };
    let onkind = {
        let draft = draft.clone();
        Callback::from(move |word: String| {
            if let Some(kind) = OFFERED.into_iter().find(|kind| kind.name() == word) {
                draft.set((*draft).clone().with_kind(kind));
            }
        })
    };
    let onsubmit = {
        let (draft, form, close) = (draft.clone(), form.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let request = match draft.request() {
                Ok(request) => request,
                Err(found) => return form.refuse(found),
            };
            let (link, toasts, close) = (link.clone(), toasts.clone(), close.clone());
            let text = format!(
                "Limit of {} `{}` set",
                request.key.kind.name(),
                request.key.name
            );
            form.send(
                async move { api::set_limit(&link, request).await },
                move |_| {
                    toasts.done(text);
                    close.emit(());
                },
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let title = match &props.draft.known {
        Some(key) => format!("Limit of {} {}", key.kind.name(), key.name),
        None => "Set a limit".to_owned(),
    };
    let kinds: Vec<Choice> = OFFERED
        .into_iter()
        .map(|kind| Choice::new(kind.name(), kind_word(kind)))
        .collect();
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Set the limit" tone={ButtonTone::Primary} submit={true} busy={form.is_busy()} testid="limit-save" />
        </>
    };
    html! {
        <Dialog {title} onclose={props.onclose.clone()} {onsubmit} {footer} testid="limit-dialog">
            if props.draft.known.is_none() {
                <div class="pair">
                    <Select id="limit-kind" label="Kind" value={draft.kind.name()} choices={kinds} onchange={onkind} testid="limit-kind" />
                    <Input id="limit-name" label="Name" mono={true} value={draft.name.clone()} oninput={edit(|draft, text| draft.name = text)}
                        error={form.error("name")} list="limit-names" testid="limit-name" />
                </div>
                <datalist id="limit-names">for name in names { <option key={name.clone()} value={name.clone()} /> }</datalist>
            }
            <p class="second">{ kind_hint(draft.kind) }</p>
            <Input id="limit-capacity" label="Runs at the same time" kind="number" value={draft.capacity.clone()} oninput={edit(|draft, text| draft.capacity = text)}
                error={form.error("capacity")} hint="Empty: as many as the workers allow. 0 lets none start." testid="limit-capacity" />
            <div class="pair">
                <Input id="limit-starts" label="Starts" optional={true} kind="number" value={draft.starts.clone()} oninput={edit(|draft, text| draft.starts = text)}
                    error={form.error("starts")} hint="How many may start in that time." testid="limit-starts" />
                <Input id="limit-per" label="In" mono={true} value={draft.per.clone()} oninput={edit(|draft, text| draft.per = text)}
                    error={form.error("per")} hint="Written like 30s, 5m or 2h." testid="limit-per" />
            </div>
        </Dialog>
    }
}
