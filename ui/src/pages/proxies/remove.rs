//! Asks before a proxy goes, because its password cannot be brought back.

use std::rc::Rc;

use drover_model::Proxy;
use drover_model::request::RemoveProxy;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::components::{Button, ButtonTone, Callout, Dialog, Tone, Words};
use crate::format;
use crate::hooks::{use_link, use_toasts};

#[derive(PartialEq, Properties)]
pub(super) struct RemoveProxyDialogProps {
    pub proxy: Rc<Proxy>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn RemoveProxyDialog(props: &RemoveProxyDialogProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let proxy = props.proxy.clone();
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let onremove = use_callback(
        (proxy.clone(), props.onclose.clone(), link, toasts),
        |_: MouseEvent, (proxy, close, link, toasts)| {
            let (link, toasts, name, id) = (
                link.clone(),
                toasts.clone(),
                proxy.name.clone(),
                proxy.id.to_string(),
            );
            close.emit(());
            spawn_local(async move {
                match api::remove_proxy(&link, RemoveProxy { proxy: id }).await {
                    Ok(()) => toasts.done(format!("Proxy `{name}` removed")),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let footer = html! {
        <>
            <Button label="Keep it" autofocus={true} onclick={oncancel} />
            <Button label="Remove proxy" tone={ButtonTone::Danger} onclick={onremove} testid="proxy-remove-confirm" />
        </>
    };
    html! {
        <Dialog title={format!("Remove proxy {}?", proxy.name)} onclose={props.onclose.clone()} {footer}>
            if proxy.has_password {
                <p><Words text="Its password is removed from the keychain and cannot be brought back." /></p>
            } else {
                <p>{ "It can be made again from its address." }</p>
            }
            if !proxy.used_by.is_empty() {
                <Callout tone={Tone::Warn} title={format!("{} use it", format::plural(proxy.used_by.len() as u64, "profile"))}>
                    { "Give them another proxy first; a proxy in use is not removed." }
                </Callout>
            }
        </Dialog>
    }
}
