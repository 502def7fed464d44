//! Adds a token, or gives one a new value.

use drover_model::token::TokenKind;
use drover_model::{FieldErrors, TokenRef};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::components::{Button, ButtonTone, Choice, Dialog, Input, SecretField, Select, Words};
use crate::format::{capital, sentence};
use crate::hooks::{use_area, use_focus_first_error, use_link, use_toasts};
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
    let errors = use_state_eq(FieldErrors::default);
    let busy = use_state_eq(|| false);
    use_focus_first_error(&errors);
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
        let (draft, errors, busy, onclose) = (
            draft.clone(),
            errors.setter(),
            busy.setter(),
            props.onclose.clone(),
        );
        Callback::from(move |()| {
            let taken = tokens
                .data()
                .map(|tokens| tokens.to_vec())
                .unwrap_or_default();
            let request = match draft.request(&taken) {
                Ok(request) => request,
                Err(found) => return errors.set(found),
            };
            let (link, toasts, errors, busy, onclose) = (
                link.clone(),
                toasts.clone(),
                errors.clone(),
                busy.clone(),
                onclose.clone(),
            );
            busy.set(true);
            spawn_local(async move {
                match api::set_token(&link, request).await {
                    Ok(token) => {
                        toasts.done(format!("Token `{}` is in the keychain", token.name));
                        onclose.emit(());
                    }
                    Err(error) => {
                        busy.set(false);
                        match crate::pages::field_errors(&error) {
                            Some(found) => errors.set(found),
                            None => toasts.failed(&error),
                        }
                    }
                }
            });
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let error = |field: &str| {
        errors
            .of(field)
            .map(|message| AttrValue::from(sentence(message)))
    };
    let kinds = TokenKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.label(), capital(kind.label())))
        .collect::<Vec<_>>();
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label={if replaces { "Replace value" } else { "Add token" }} tone={ButtonTone::Primary} submit={true} busy={*busy} testid="token-save" />
        </>
    };
    html! {
        <Dialog title={if replaces { format!("Replace the value of {}", draft.name) } else { "Add token".to_owned() }}
            onclose={props.onclose.clone()} {onsubmit} {footer} testid="token-dialog">
            if replaces {
                <p><Words text="The stored value cannot be shown; a new one takes its place at once. Runs that have it already keep the old one." /></p>
            } else {
                <Input id="token-name" label="Name" mono={true} value={draft.name.clone()} oninput={edit(|draft, text| draft.name = text)}
                    error={error("name")} placeholder="shop-api" hint="Tasks ask for it by this name." autofocus={true} testid="token-name" />
            }
            <SecretField id="token-value" label="Value" value={draft.value.clone()} oninput={edit(|draft, text| draft.value = text)}
                error={error("value")} hint="It goes to the system keychain and is never shown again." testid="token-value" />
            <div class="row row--top">
                <div class="grow">
                    <Select id="token-kind" label="Kind" value={draft.kind.label()} choices={kinds} onchange={edit(|draft, text| {
                        draft.kind = TokenKind::ALL.into_iter().find(|kind| kind.label() == text).unwrap_or_default();
                    })} testid="token-kind" />
                </div>
                <div class="grow">
                    <Input id="token-expires" label="Good through" optional={true} kind="date" value={draft.expires.clone()}
                        oninput={edit(|draft, text| draft.expires = text)} error={error("expires_at")} testid="token-expires" />
                </div>
            </div>
        </Dialog>
    }
}
