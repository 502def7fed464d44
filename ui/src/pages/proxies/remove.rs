//! What follows when a proxy goes.

use std::rc::Rc;

use drover_model::Proxy;
use drover_model::request::RemoveProxy;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::components::{Callout, Tone};
use crate::format;
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
    html! {
        <RemoveDialog noun="proxy" name={proxy.name.to_string()} {onremove} onclose={props.onclose.clone()}>
            if proxy.has_password {
                <p>{ "Its password is removed from the keychain and cannot be brought back." }</p>
            } else {
                <p>{ "It can be made again from its address." }</p>
            }
            if !proxy.used_by.is_empty() {
                <Callout tone={Tone::Warn} title={format!("{} use it", format::plural(proxy.used_by.len() as u64, "profile"))}>
                    { "Give them another proxy first; a proxy in use is not removed." }
                </Callout>
            }
        </RemoveDialog>
    }
}
