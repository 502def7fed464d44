//! What follows when a token goes.

use std::rc::Rc;

use drover_model::request::RemoveToken;
use drover_model::{Name, TokenRef};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::components::{Callout, Tone};
use crate::hooks::{use_link, use_toasts};
use crate::pages::RemoveDialog;

#[derive(PartialEq, Properties)]
pub(super) struct RemoveTokenDialogProps {
    pub token: Rc<TokenRef>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn RemoveTokenDialog(props: &RemoveTokenDialogProps) -> Html {
    let token = props.token.clone();
    let (link, toasts) = (use_link(), use_toasts());
    let onremove = use_callback(
        (token.clone(), link, toasts),
        |(): (), (token, link, toasts)| {
            let (token, link, toasts) = (token.clone(), link.clone(), toasts.clone());
            spawn_local(async move {
                let request = RemoveToken {
                    token: token.id.to_string(),
                };
                match api::remove_token(&link, request).await {
                    Ok(()) => toasts.done(format!("Token `{}` removed", token.name)),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let users: Vec<&str> = token.used_by.iter().map(Name::as_str).collect();
    html! {
        <RemoveDialog noun="token" name={token.name.to_string()} {onremove} onclose={props.onclose.clone()}>
            <p>{ "Its value is removed from the keychain and cannot be brought back." }</p>
            if !users.is_empty() {
                <Callout tone={Tone::Warn} title="It is in use">
                    { format!("These ask for it and will not run without it: {}.", users.join(", ")) }
                </Callout>
            }
        </RemoveDialog>
    }
}
