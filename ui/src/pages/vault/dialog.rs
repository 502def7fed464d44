//! Adds a token, or gives one a new value.

use drover_model::TokenRef;
use drover_model::token::TokenKind;
use yew::prelude::*;

use crate::api;
use crate::components::{Button, ButtonTone, Choice, Dialog, Input, SecretField, Select, Words};
use crate::format::capital;
use crate::hooks::{use_area, use_form, use_link, use_toasts};
use crate::state::TokenDraft;

#[derive(PartialEq, Properties)]
pub(super) struct TokenDialogProps {
    pub draft: TokenDraft,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn TokenDialog(props: &TokenDialogProps) -> Html {
    let (link, toasts, tokens) = (use_link(), use_toasts(), use_area::<Vec<TokenRef>>());
    let draft = use_state_eq(|| props.draft.clone());
    let form = use_form();
    let replaces = props.draft.replaces;

    let edit = |change: fn(&mut TokenDraft, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            change(&mut next, text);
            draft.set(next);
        })
    };
    let onsubmit = {
        let (draft, form, close) = (draft.clone(), form.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let taken = tokens
                .data()
                .map(|tokens| tokens.to_vec())
                .unwrap_or_default();
            let request = match draft.request(&taken) {
                Ok(request) => request,
                Err(found) => return form.refuse(found),
            };
            let (link, toasts, close) = (link.clone(), toasts.clone(), close.clone());
            form.send(
                async move { api::set_token(&link, request).await },
                move |token| {
                    toasts.done(format!("Token `{}` is in the keychain", token.name));
                    close.emit(());
                },
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let kinds = TokenKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.label(), capital(kind.label())))
        .collect::<Vec<_>>();
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label={if replaces { "Replace value" } else { "Add token" }} tone={ButtonTone::Primary} submit={true} busy={form.is_busy()} testid="token-save" />
        </>
    };
    html! {
        <Dialog title={if replaces { format!("Replace the value of {}", draft.name) } else { "Add token".to_owned() }}
            onclose={props.onclose.clone()} {onsubmit} {footer} testid="token-dialog">
            if replaces {
                <p><Words text="The stored value cannot be shown; a new one takes its place at once. Runs that have it already keep the old one." /></p>
            } else {
                <Input id="token-name" label="Name" mono={true} value={draft.name.clone()} oninput={edit(|draft, text| draft.name = text)}
                    error={form.error("name")} placeholder="shop-api" hint="Tasks ask for it by this name." autofocus={true} testid="token-name" />
            }
            <SecretField id="token-value" label="Value" value={draft.value.clone()} oninput={edit(|draft, text| draft.value = text)}
                error={form.error("value")} hint="It goes to the system keychain and is never shown again." testid="token-value" />
            <div class="row row--top">
                <div class="grow">
                    <Select id="token-kind" label="Kind" value={draft.kind.label()} choices={kinds} onchange={edit(|draft, text| {
                        draft.kind = TokenKind::ALL.into_iter().find(|kind| kind.label() == text).unwrap_or_default();
                    })} testid="token-kind" />
                </div>
                <div class="grow">
                    <Input id="token-expires" label="Good through" optional={true} kind="date" value={draft.expires.clone()}
                        oninput={edit(|draft, text| draft.expires = text)} error={form.error("expires_at")} testid="token-expires" />
                </div>
            </div>
        </Dialog>
    }
}
