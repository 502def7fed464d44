//! Makes or changes a proxy.

use drover_model::FieldErrors;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::components::{Button, ButtonTone, Checkbox, Dialog, Input, SecretField};
use crate::format::sentence;
use crate::hooks::{use_focus_first_error, use_link, use_toasts};
use crate::state::ProxyDraft;

#[derive(PartialEq, Properties)]
pub(super) struct ProxyDialogProps {
    pub draft: ProxyDraft,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn ProxyDialog(props: &ProxyDialogProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let draft = use_state_eq(|| props.draft.clone());
    let errors = use_state_eq(FieldErrors::default);
    let busy = use_state_eq(|| false);
    use_focus_first_error(&errors);
    let is_new = props.draft.id.is_none();

    let edit = |change: fn(&mut ProxyDraft, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            change(&mut next, text);
            draft.set(next);
        })
    };
    let onleave = {
        let draft = draft.clone();
        Callback::from(move |()| draft.set((*draft).clone().sorted()))
    };
    let onclear = {
        let draft = draft.clone();
        Callback::from(move |clear_login: bool| {
            draft.set(ProxyDraft {
                clear_login,
                ..(*draft).clone()
            });
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
            let request = match (*draft).clone().sorted().request() {
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
                match api::save_proxy(&link, request).await {
                    Ok(proxy) => {
                        toasts.done(format!("Proxy `{}` saved", proxy.name));
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
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Save proxy" tone={ButtonTone::Primary} submit={true} busy={*busy} testid="proxy-save" />
        </>
    };
    html! {
        <Dialog title={if is_new { "New proxy" } else { "Edit proxy" }} onclose={props.onclose.clone()} {onsubmit} {footer} testid="proxy-dialog">
            <Input id="proxy-name" label="Name" value={draft.name.clone()} oninput={edit(|draft, text| draft.name = text)}
                error={error("name")} placeholder="eu-1" autofocus={true} testid="proxy-name" />
            <Input id="proxy-url" label="Address" mono={true} value={draft.address.clone()} oninput={edit(|draft, text| draft.address = text)} {onleave}
                error={error("url")} placeholder="http://proxy.example:8080"
                hint="http, https or socks5. A pasted login moves into the fields below." testid="proxy-url" />
            <Input id="proxy-user" label="User" optional={true} value={draft.user.clone()} oninput={edit(|draft, text| draft.user = text)}
                error={error("user")} testid="proxy-user" />
            <SecretField id="proxy-password" label="Password" optional={true} value={draft.password.clone()}
                oninput={edit(|draft, text| draft.password = text)} error={error("password")}
                hint={if is_new { "It goes to the system keychain." } else { "It goes to the system keychain. Empty keeps the stored one." }}
                testid="proxy-password" />
            if !is_new && !props.draft.user.is_empty() {
                <Checkbox label="Forget the stored login" checked={draft.clear_login} onchange={onclear} />
            }
        </Dialog>
    }
}
