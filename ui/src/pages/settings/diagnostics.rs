//! Self-test, Drover's own log, and the way back to the welcome page.

use drover_model::Settings as Values;
use drover_model::request::{Place, RevealPath};
use drover_model::settings::LogLevel;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::page::SectionState;
use super::row::{Section, SettingRow};
use crate::api;
use crate::components::{Button, Choice, Select};
use crate::hooks::{use_link, use_toasts};
use crate::pages::checks::Checks;
use crate::route::Route;

const LEVELS: [LogLevel; 5] = [
    LogLevel::Error,
    LogLevel::Warn,
    LogLevel::Info,
    LogLevel::Debug,
    LogLevel::Trace,
];

#[component]
pub(super) fn Diagnostics(props: &SectionState) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let navigator = use_navigator().expect("BUG: settings are inside the router");
    let onlevel = use_callback(
        (props.values.clone(), props.save.clone()),
        |key: String, (values, save)| {
            let log_level = LEVELS
                .into_iter()
                .find(|level| level.as_str() == key)
                .unwrap_or_default();
            save.emit(Values {
                log_level,
                ..(**values).clone()
            });
        },
    );
    let onreveal = use_callback((link, toasts), |_: MouseEvent, (link, toasts)| {
        let (link, toasts) = (link.clone(), toasts.clone());
        spawn_local(async move {
            if let Err(error) = api::reveal_path(&link, RevealPath { place: Place::Logs }).await {
                toasts.failed(&error);
            }
        });
    });
    let onwelcome = use_callback(navigator, |_: MouseEvent, navigator| {
        navigator.push(&Route::Welcome);
    });
    let choices = LEVELS
        .iter()
        .map(|level| Choice::new(level.as_str(), words(*level)))
        .collect::<Vec<_>>();
    html! {
        <>
            <Section title="Log">
                <SettingRow label="Log level" hint="How much Drover writes about itself. Secrets are never written.">
                    <span class="setting__select">
                        <Select id="log-level" aria_label="Log level" value={props.values.log_level.as_str()} {choices} onchange={onlevel} testid="setting-log-level" />
                    </span>
                </SettingRow>
                <SettingRow label="Log files" hint="Rotated and limited in size.">
                    <Button label="Show in files" icon="folder-open" small={true} onclick={onreveal} testid="reveal-logs" />
                </SettingRow>
            </Section>
            <Section title="Self-test"><div class="panel__body"><Checks /></div></Section>
            <Section title="Start">
                <SettingRow label="Welcome page" hint="The machine check and the sample data.">
                    <Button label="Open welcome page" small={true} onclick={onwelcome} testid="open-welcome" />
                </SettingRow>
            </Section>
        </>
    }
}

fn words(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Error => "Errors only",
        LogLevel::Warn => "Warnings",
        LogLevel::Info => "Normal",
        LogLevel::Debug => "Debug",
        LogLevel::Trace => "Everything",
    }
}
