//! Makes or changes a proxy.

use yew::prelude::*;

use crate::api;
use crate::components::{Button, ButtonTone, Checkbox, Dialog, Input, SecretField};
use crate::hooks::{use_form, use_link, use_toasts};
use crate::state::proxies::ProxyDraft;

#[derive(PartialEq, Properties)]
pub(super) struct ProxyDialogProps {
    pub draft: ProxyDraft,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn ProxyDialog(props: &ProxyDialogProps) -> Html {
    let (link, toasts, form) = (use_link(), use_toasts(), use_form());
    let draft = use_state_eq(|| props.draft.clone());
    let known = &props.draft;
    let (is_new, has_link) = (known.id.is_none(), !known.pause.is_empty());

    let edit = |change: fn(&mut ProxyDraft, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            change(&mut next, text);
            draft.set(next);
        })
    };
    let tick = |change: fn(&mut ProxyDraft, bool)| {
        let draft = draft.clone();
        Callback::from(move |on: bool| {
            let mut next = (*draft).clone();
            change(&mut next, on);
            draft.set(next);
        })
    };
    let onleave = {
        let draft = draft.clone();
        Callback::from(move |()| draft.set((*draft).clone().sorted()))
    };
    let onsubmit = {
        let (draft, form, close) = (draft.clone(), form.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let request = match (*draft).clone().sorted().request() {
                Ok(request) => request,
                Err(found) => return form.refuse(found),
            };
            let (link, toasts, close) = (link.clone(), toasts.clone(), close.clone());
            form.send(
                async move { api::save_proxy(&link, request).await },
                move |proxy| {
                    toasts.done(format!("Proxy `{}` saved", proxy.name));
                    close.emit(());
                },
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let keeps = |text: &'static str| {
        if is_new {
            "It goes to the system keychain."
        } else {
            text
        }
    };
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Save proxy" tone={ButtonTone::Primary} submit={true} busy={form.is_busy()} testid="proxy-save" />
        </>
    };
    html! {
        <Dialog title={if is_new { "New proxy" } else { "Edit proxy" }} onclose={props.onclose.clone()} {onsubmit} {footer} testid="proxy-dialog">
            <Input id="proxy-name" label="Name" value={draft.name.clone()} oninput={edit(|draft, text| draft.name = text)}
                error={form.error("name")} placeholder="eu-1" autofocus={true} testid="proxy-name" />
            <Input id="proxy-url" label="Address" mono={true} value={draft.address.clone()} oninput={edit(|draft, text| draft.address = text)} {onleave}
                error={form.error("url")} placeholder="http://proxy.example:8080"
                hint="http, https, socks5 or socks4 (also as socks4a). A pasted login moves into the fields below." testid="proxy-url" />
            <div class="pair">
                <Input id="proxy-user" label="User" optional={true} value={draft.user.clone()} oninput={edit(|draft, text| draft.user = text)}
                    error={form.error("user")} testid="proxy-user" />
                <SecretField id="proxy-password" label="Password" optional={true} value={draft.password.clone()}
                    oninput={edit(|draft, text| draft.password = text)} error={form.error("password")}
                    hint={keeps("Empty keeps the stored one.")} testid="proxy-password" />
            </div>
            if !is_new && !known.user.is_empty() {
                <Checkbox label="Forget the stored login" checked={draft.clear_login} onchange={tick(|draft, on| draft.clear_login = on)} />
            }
            <div class="pair">
                <SecretField id="proxy-link" label="Link for another address" optional={true} value={draft.link.clone()}
                    oninput={edit(|draft, text| draft.link = text)} error={form.error("change_link")} placeholder="https://provider.example/change?key=…"
                    hint={keeps(if has_link { "Empty keeps the stored one." } else { "As the provider gave it. It goes to the system keychain." })} testid="proxy-link" />
                <Input id="proxy-pause" label="At most once in" optional={true} mono={true} value={draft.pause.clone()} oninput={edit(|draft, text| draft.pause = text)}
                    error={form.error("change_pause")} placeholder="1m" hint="Providers lock out who asks too often." testid="proxy-pause" />
            </div>
            if has_link {
                <Checkbox label="Forget the stored link" checked={draft.clear_link} onchange={tick(|draft, on| draft.clear_link = on)} />
            }
            if !is_new {
                <Checkbox label="End the connections that stand" hint="Otherwise they go on the old way until they end by themselves."
                    checked={draft.cut} onchange={tick(|draft, on| draft.cut = on)} />
            }
        </Dialog>
    }
}
