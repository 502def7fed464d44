//! Asks before a token goes, because its value cannot be brought back.

use std::rc::Rc;

use drover_model::TokenRef;
use drover_model::request::RemoveToken;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::components::{Button, ButtonTone, Callout, Dialog, Tone};
use crate::hooks::{use_link, use_toasts};

#[derive(PartialEq, Properties)]
pub(super) struct RemoveTokenDialogProps {
    pub token: Rc<TokenRef>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn RemoveTokenDialog(props: &RemoveTokenDialogProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let token = props.token.clone();
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let onremove = use_callback(
        (token.clone(), props.onclose.clone(), link, toasts),
        |_: MouseEvent, (token, close, link, toasts)| {
            let (link, toasts, name, id) = (
                link.clone(),
                toasts.clone(),
                token.name.clone(),
                token.id.to_string(),
            );
            close.emit(());
            spawn_local(async move {
                match api::remove_token(&link, RemoveToken { token: id }).await {
                    Ok(()) => toasts.done(format!("Token `{name}` removed")),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let footer = html! {
        <>
            <Button label="Keep it" autofocus={true} onclick={oncancel} />
            <Button label="Remove token" tone={ButtonTone::Danger} onclick={onremove} testid="token-remove-confirm" />
        </>
    };
    let users: Vec<&str> = token
        .used_by
        .iter()
        .map(drover_model::Name::as_str)
        .collect();
    html! {
        <Dialog title={format!("Remove token {}?", token.name)} onclose={props.onclose.clone()} {footer} testid="token-remove">
            <p>{ "Its value is removed from the keychain and cannot be brought back." }</p>
            if !users.is_empty() {
                <Callout tone={Tone::Warn} title="It is in use">
                    { format!("These ask for it and will not run without it: {}.", users.join(", ")) }
                </Callout>
            }
        </Dialog>
    }
}
