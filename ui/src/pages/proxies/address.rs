//! Asks a provider for another address.

use drover_model::Proxy;
use drover_model::request::ChangeProxyAddress;
use yew::prelude::*;

use crate::api;
use crate::components::{Button, Words};
use crate::hooks::{use_job, use_link, use_now, use_toasts};
use crate::state::proxies::{cool_down, cooling};

#[derive(PartialEq, Properties)]
pub(super) struct ChangeAddressProps {
    pub proxy: Proxy,
}

/// Nothing for a proxy without a link.
#[component]
pub(super) fn ChangeAddress(props: &ChangeAddressProps) -> Html {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let now = use_now(if props.proxy.change_link.is_some() {
        1_000
    } else {
        0
    });
    let Some(known) = props.proxy.change_link else {
        return html! { <p class="second">{ "No link for another address is known. Edit the proxy to add the one that the provider gave." }</p> };
    };
    let onclick = {
        let (job, name, toasts) = (job.clone(), props.proxy.name.clone(), toasts.clone());
        Callback::from(move |_: MouseEvent| {
            let (link, toasts, name) = (link.clone(), toasts.clone(), name.clone());
            let request = ChangeProxyAddress {
                proxy: name.to_string(),
            };
            job.run(
                async move { api::change_proxy_address(&link, request).await },
                move |_| toasts.done(format!("The provider gave `{name}` another address")),
            );
        })
    };
    let blocked = cool_down(&known, now)
        .and_then(|_| cooling(&known, now))
        .map(AttrValue::from);
    html! {
        <>
            if let Some(error) = job.refusal() {
                <p class="field__error"><Words text={crate::format::sentence(&error.message)} /></p>
            }
            <div class="row row--wrap">
                <Button label="Change the address" icon="refresh-cw" busy={job.is_busy()} blocked={blocked.clone()} {onclick} testid="proxy-change" />
                <span class="second small">{ blocked.unwrap_or_else(|| format!("At most once in {}. Browsers that run go on with the new one.", known.pause).into()) }</span>
            </div>
        </>
    }
}
