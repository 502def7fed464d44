//! What follows when a proxy goes.

use std::rc::Rc;

use drover_model::request::RemoveProxy;
use drover_model::{Name, Proxy};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::components::{Callout, Tone};
use crate::hooks::{use_link, use_toasts};
use crate::pages::RemoveDialog;

#[derive(PartialEq, Properties)]
pub(super) struct RemoveProxyDialogProps {
    pub proxy: Rc<Proxy>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn RemoveProxyDialog(props: &RemoveProxyDialogProps) -> Html {
    let proxy = props.proxy.clone();
    let (link, toasts) = (use_link(), use_toasts());
    let onremove = use_callback(
        (proxy.clone(), link, toasts),
        |(): (), (proxy, link, toasts)| {
            let (proxy, link, toasts) = (proxy.clone(), link.clone(), toasts.clone());
            spawn_local(async move {
                let request = RemoveProxy {
                    proxy: proxy.id.to_string(),
                };
                match api::remove_proxy(&link, request).await {
                    Ok(()) => toasts.done(format!("Proxy `{}` removed", proxy.name)),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let users: Vec<&str> = proxy.used_by.iter().map(Name::as_str).collect();
    let users = (!users.is_empty()).then(|| users.join(", "));
    let blocked = users
        .as_ref()
        .map(|_| AttrValue::from("A proxy in use is not removed"));
    html! {
        <RemoveDialog noun="proxy" name={proxy.name.to_string()} {blocked} {onremove} onclose={props.onclose.clone()}>
            if proxy.has_password {
                <p>{ "Its password is removed from the keychain and cannot be brought back." }</p>
            } else {
                <p>{ "It can be made again from its address." }</p>
            }
            if let Some(users) = users {
                <Callout tone={Tone::Warn} title="It is in use">
                    { format!("Give these profiles another proxy first: {users}.") }
                </Callout>
            }
        </RemoveDialog>
    }
}
