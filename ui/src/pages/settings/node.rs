//! Node and Playwright, which only Playwright tasks need.

use drover_model::machine::AppInfo;
use drover_model::request::InstallPlaywright;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::row::{Section, SettingRow};
use crate::api;
use crate::components::{Badge, Button, ButtonTone, Tone};
use crate::hooks::{use_area, use_link, use_toasts};
use crate::state::render_remote;

#[component]
pub(super) fn Node() -> Html {
    let info = use_area::<AppInfo>();
    let (link, toasts) = (use_link(), use_toasts());
    let busy = use_state_eq(|| false);
    let oninstall = use_callback(
        (info.clone(), link, toasts, busy.setter()),
        |_: MouseEvent, (info, link, toasts, busy)| {
            let (info, link, toasts, busy) =
                (info.clone(), link.clone(), toasts.clone(), busy.clone());
            busy.set(true);
            spawn_local(async move {
                match api::install_playwright(&link, InstallPlaywright {}).await {
                    Ok(_) => toasts.done("Playwright is installed"),
                    Err(error) => toasts.failed(&error),
                }
                busy.set(false);
                info.reload();
            });
        },
    );
    render_remote(
        info.remote(),
        "The versions could not be read",
        &info.on_reload(),
        |info| {
            let (node_hint, node) = match &info.node {
                Some(version) => (
                    "Runs the scripts of Playwright tasks.",
                    html! { <Badge label={version.clone()} tone={Tone::Ok} icon={Some("check")} /> },
                ),
                None => (
                    "Node 20.6 or newer was not found. Playwright tasks stay unavailable; commands and built-in steps work.",
                    html! { <Badge label="Not found" tone={Tone::Warn} icon={Some("triangle-alert")} /> },
                ),
            };
            let blocked = info
                .node
                .is_none()
                .then_some(AttrValue::from("Node is needed first"));
            let install = if info.playwright.is_some() {
                "Update the managed copy"
            } else {
                "Install a managed copy"
            };
            let tone = if info.playwright.is_some() {
                ButtonTone::Default
            } else {
                ButtonTone::Primary
            };
            html! {
                <Section title="Playwright and Node" hint="Needed only for tasks of the kind Playwright.">
                    <SettingRow label="Node" hint={node_hint}>{ node }</SettingRow>
                    <SettingRow label="Playwright" hint="A script uses the Playwright beside it, else the managed copy in the data folder. It downloads no browser.">
                        if let Some(version) = &info.playwright { <Badge label={version.clone()} tone={Tone::Ok} icon={Some("check")} /> }
                        <Button label={install} icon="download" small={true} {tone} {blocked} busy={*busy} onclick={oninstall} testid="install-playwright" />
                    </SettingRow>
                </Section>
            }
        },
    )
}
