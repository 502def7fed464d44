//! Node, Python and Playwright, which only Playwright tasks need.

use drover_model::machine::AppInfo;
use drover_model::request::{InstallPlaywright, ScriptLanguage};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::row::{Section, SettingRow};
use crate::api;
use crate::components::{Badge, Button, ButtonTone, Tone};
use crate::hooks::{use_area, use_link, use_toasts};
use crate::state::render_remote;

#[derive(PartialEq, Properties)]
struct ManagedCopyProps {
    language: ScriptLanguage,
    /// The version of the managed copy, if there is one.
    installed: Option<String>,
    /// What has to be installed before, if it is missing.
    #[prop_or_default]
    blocked: Option<AttrValue>,
    /// Its version is looked up again.
    on_installed: Callback<()>,
    testid: &'static str,
}

/// The managed copy for a language, and the button that installs it.
#[component]
fn ManagedCopy(props: &ManagedCopyProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let busy = use_state_eq(|| false);
    let oninstall = use_callback(
        (
            props.language,
            props.on_installed.clone(),
            link,
            toasts,
            busy.setter(),
        ),
        |_: MouseEvent, (language, on_installed, link, toasts, busy)| {
            let request = InstallPlaywright {
                language: *language,
            };
            let (on_installed, link) = (on_installed.clone(), link.clone());
            let (toasts, busy) = (toasts.clone(), busy.clone());
            busy.set(true);
            spawn_local(async move {
                match api::install_playwright(&link, request).await {
                    Ok(_) => toasts.done("Playwright is installed"),
                    Err(error) => toasts.failed(&error),
                }
                busy.set(false);
                on_installed.emit(());
            });
        },
    );
    let install = if props.installed.is_some() {
        "Update the managed copy"
    } else {
        "Install a managed copy"
    };
    // Most scripts are for Node, so that one is offered first.
    let tone = match (&props.installed, props.language) {
        (None, ScriptLanguage::JavaScript) => ButtonTone::Primary,
        _ => ButtonTone::Default,
    };
    html! {
        <>
            if let Some(version) = &props.installed { <Badge label={version.clone()} tone={Tone::Ok} icon={Some("check")} /> }
            <Button label={install} icon="download" small={true} {tone} blocked={props.blocked.clone()} busy={*busy} onclick={oninstall} testid={props.testid} />
        </>
    }
}

fn found(version: Option<&String>) -> Html {
    match version {
        Some(version) => {
            html! { <Badge label={version.clone()} tone={Tone::Ok} icon={Some("check")} /> }
        }
        None => {
            html! { <Badge label="Not found" tone={Tone::Warn} icon={Some("triangle-alert")} /> }
        }
    }
}

#[component]
pub(super) fn Node() -> Html {
    let info = use_area::<AppInfo>();
    let on_installed = {
        let info = info.clone();
        Callback::from(move |()| info.reload())
    };
    render_remote(
        info.remote(),
        "The versions could not be read",
        &info.on_reload(),
        |info| {
            let node_hint = if info.node.is_some() {
                "Runs the scripts of Playwright tasks."
            } else {
                "Node 20.6 or newer was not found. Playwright tasks stay unavailable; commands and built-in steps work."
            };
            let python_hint = if info.python.is_some() {
                "Runs the scripts in Python."
            } else {
                "Python 3.9 or newer was not found. Scripts in Python stay unavailable."
            };
            let needed = |version: &Option<String>, words: &'static str| {
                version.is_none().then_some(AttrValue::from(words))
            };
            html! {
                <Section title="Playwright and Node" hint="Needed only for tasks of the kind Playwright.">
                    <SettingRow label="Node" hint={node_hint}>{ found(info.node.as_ref()) }</SettingRow>
                    <SettingRow label="Playwright" hint="A script uses the Playwright beside it, else the managed copy in the data folder. It downloads no browser.">
                        <ManagedCopy language={ScriptLanguage::JavaScript} installed={info.playwright.clone()} blocked={needed(&info.node, "Node is needed first")} on_installed={&on_installed} testid="install-playwright" />
                    </SettingRow>
                    <SettingRow label="Python" hint={python_hint}>{ found(info.python.as_ref()) }</SettingRow>
                    <SettingRow label="Playwright for Python" hint="A script uses the virtual environment beside it, then the machine's Python, else the managed copy in the data folder, which has pytest too.">
                        <ManagedCopy language={ScriptLanguage::Python} installed={info.playwright_for_python.clone()} blocked={needed(&info.python, "Python is needed first")} on_installed={&on_installed} testid="install-playwright-python" />
                    </SettingRow>
                </Section>
            }
        },
    )
}
