//! The one page that stands in the place of the window when the engine did not start.

use drover_model::{Code, CommandError};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api::{self, QuitWay};
use crate::bridge::dom;
use crate::components::{Button, ButtonTone, Icon, IconSize, Words};
use crate::format::sentence;
use crate::hooks::use_link;

#[derive(PartialEq, Properties)]
pub struct StartupProblemProps {
    pub error: CommandError,
}

#[component]
pub fn StartupProblem(props: &StartupProblemProps) -> Html {
    let link = use_link();
    let error = &props.error;
    let (icon, title) = heading(error.code);
    use_effect_with(title, |title| dom::set_title(&format!("{title} – Drover")));
    let onquit = use_callback(link, |_: MouseEvent, link| {
        let link = link.clone();
        spawn_local(async move {
            api::quit_app(&link, QuitWay::Stop).await.ok(); // the window is gone before the answer
        });
    });
    let details = format!("{:?}: {}", error.code, error.message);
    let oncopy = use_callback(details.clone(), |_: MouseEvent, details| dom::copy(details));
    html! {
        <main class="alone" data-testid="startup-problem">
            <div class="alone__card" role="alert">
                <span class="empty__icon"><Icon name={icon} size={IconSize::Huge} class={classes!("tone-err")} /></span>
                <h1 class="alone__title">{ title }</h1>
                <p class="selectable"><Words text={sentence(&error.message)} /></p>
                if let Some(hint) = &error.hint { <p class="second selectable"><Words text={sentence(hint)} /></p> }
                <div class="row">
                    <Button label="Quit Drover" tone={ButtonTone::Primary} autofocus={true} onclick={onquit} testid="startup-quit" />
                    <Button label="Copy details" icon="copy" onclick={oncopy} />
                </div>
                <details class="details"><summary>{ "Details" }</summary><pre class="selectable">{ details }</pre></details>
            </div>
        </main>
    }
}

fn heading(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::AlreadyRunning => ("layers", "Drover is already running"),
        Code::NewerSchema => ("history", "This data was written by a newer Drover"),
        Code::DataFolder => ("folder", "The data folder cannot be used"),
        Code::DiskFull => ("hard-drive", "The disk is full"),
        Code::Storage => ("database", "The database cannot be used"),
        _ => ("circle-alert", "Drover could not start"),
    }
}
