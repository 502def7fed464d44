//! The browsers that were found.

use drover_model::machine::{AppInfo, FoundBrowser};
use drover_model::request::FindBrowsers;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::row::{Section, SettingRow};
use crate::api;
use crate::components::{Badge, Button, Callout, Tone};
use crate::format::{capital, plural};
use crate::hooks::{use_area, use_link, use_toasts};
use crate::state::render_remote;

#[component]
pub(super) fn Browsers() -> Html {
    let info = use_area::<AppInfo>();
    let (link, toasts) = (use_link(), use_toasts());
    let onclick = use_callback(
        (info.on_reload(), link, toasts),
        |_: MouseEvent, (reload, link, toasts)| {
            let (reload, link, toasts) = (reload.clone(), link.clone(), toasts.clone());
            spawn_local(async move {
                match api::find_browsers(&link, FindBrowsers {}).await {
                    Ok(found) if found.is_empty() => toasts.info("Still no browser found"),
                    Ok(found) => {
                        toasts.done(format!("{} found", plural(found.len() as u64, "browser")));
                    }
                    Err(error) => toasts.failed(&error),
                }
                reload.emit(());
            });
        },
    );
    let look = html! { <Button label="Look again" icon="refresh-cw" small={true} {onclick} testid="browsers-look" /> };
    html! {
        <>
            { render_remote(info.remote(), "The browsers could not be listed", &info.on_reload(), |info| html! {
                <>
                    if info.no_sandbox {
                        <Callout tone={Tone::Err} title="Chrome runs without its sandbox">
                            { "DROVER_UNSAFE_NO_SANDBOX=1 is set. A page that breaks out of the browser reaches everything that you can reach. Unset it and start Drover again." }
                        </Callout>
                    }
                    <Section title="Found on this machine" hint="A profile keeps the browser of its first start, because cookies are encrypted per browser.">
                        if info.browsers.is_empty() {
                            <SettingRow label="No Chrome, Chromium, Edge or Brave was found" hint="Install one, then look again. Drover downloads no browser.">
                                { look.clone() }
                            </SettingRow>
                        }
                        for (index, browser) in info.browsers.iter().enumerate() {
                            <SettingRow key={browser.path.clone()} label={title(browser)} hint={format!("`{}`", browser.path)}>
                                if index == 0 { <Badge label="used by default" tone={Tone::Ok} icon={Some("check")} /> }
                            </SettingRow>
                        }
                        if !info.browsers.is_empty() {
                            <SettingRow label="One is missing" hint="Install it, then look again. Drover downloads no browser.">{ look }</SettingRow>
                        }
                    </Section>
                </>
            }) }
        </>
    }
}

fn title(browser: &FoundBrowser) -> String {
    format!("{} {}", capital(&browser.brand), browser.version)
}
