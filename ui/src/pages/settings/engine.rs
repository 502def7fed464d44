//! How much runs at once, and where data lives.

use drover_model::Settings as Values;
use drover_model::machine::AppInfo;
use drover_model::request::{Place, RevealPath};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::page::SectionState;
use super::row::{Section, SettingRow};
use crate::api;
use crate::components::{Button, Input, Switch};
use crate::hooks::{use_area, use_link, use_toasts};

/// Memory that one Chrome needs, in megabytes, as measured; for the hint beside the number of workers.
const CHROME_MB: u32 = 370;

#[component]
pub(super) fn Engine(props: &SectionState) -> Html {
    let info = use_area::<AppInfo>();
    let (link, toasts) = (use_link(), use_toasts());
    let typed = use_state_eq(|| props.values.workers.to_string());
    use_effect_with(
        (props.values.workers, typed.setter()),
        |(workers, typed)| typed.set(workers.to_string()),
    );
    let parsed = typed
        .trim()
        .parse::<u32>()
        .ok()
        .filter(|workers| (1..=Values::MAX_WORKERS).contains(workers));
    let oninput = use_callback(typed.setter(), |text: String, typed| typed.set(text));
    let onleave = use_callback(
        (parsed, props.values.clone(), props.save.clone()),
        |(): (), (parsed, values, save)| {
            if let Some(workers) = parsed.filter(|workers| *workers != values.workers) {
                save.emit(Values {
                    workers,
                    ..(**values).clone()
                });
            }
        },
    );
    let onshow = use_callback(
        (props.values.clone(), props.save.clone()),
        |show_browser: bool, (values, save)| {
            save.emit(Values {
                show_browser,
                ..(**values).clone()
            });
        },
    );
    let echo = use_state_eq(|| props.values.echo_url.clone());
    use_effect_with(
        (props.values.echo_url.clone(), echo.setter()),
        |(stored, echo)| echo.set(stored.clone()),
    );
    let onecho = use_callback(echo.setter(), |text: String, echo| echo.set(text));
    let onecho_left = use_callback(
        (echo.clone(), props.values.clone(), props.save.clone()),
        |(): (), (echo, values, save)| {
            let typed = echo.trim();
            let echo_url = if typed.is_empty() {
                Values::ECHO_URL
            } else {
                typed
            };
            if echo_url != values.echo_url {
                save.emit(Values {
                    echo_url: echo_url.to_owned(),
                    ..(**values).clone()
                });
            } else if typed != echo_url {
                echo.set(echo_url.to_owned());
            }
        },
    );
    let onready = use_callback(
        (props.values.clone(), props.save.clone()),
        |keep_node_ready: bool, (values, save)| {
            save.emit(Values {
                keep_node_ready,
                ..(**values).clone()
            });
        },
    );
    let reveal = use_callback((link, toasts), |_: MouseEvent, (link, toasts)| {
        let (link, toasts) = (link.clone(), toasts.clone());
        spawn_local(async move {
            if let Err(error) = api::reveal_path(&link, RevealPath { place: Place::Data }).await {
                toasts.failed(&error);
            }
        });
    });
    let error = parsed
        .is_none()
        .then(|| AttrValue::from(format!("A number from 1 to {}.", Values::MAX_WORKERS)));
    let memory = parsed.unwrap_or(props.values.workers) * CHROME_MB;
    html! {
        <>
            <Section title="Runs">
                <SettingRow label="Workers" hint={format!("How many runs go on at once. Each Chrome takes about {CHROME_MB} MB; this many take about {}.",
                    crate::format::size(u64::from(memory) * 1_000_000))}>
                    <span class="setting__number">
                        <Input id="workers" aria_label="Workers" kind="number" value={(*typed).clone()} {oninput} {onleave} error={error.clone()} testid="setting-workers" />
                    </span>
                    if let Some(error) = error { <span class="field__error" id="workers-error">{ error }</span> }
                </SettingRow>
                <SettingRow label="Show the browser while a task runs" hint="Off means headless. A task can decide otherwise.">
                    <Switch label="Show the browser while a task runs" hidden_label={true} on={props.values.show_browser} onchange={onshow} testid="setting-show-browser" />
                </SettingRow>
                <SettingRow label="Keep Node ready for scripts" hint="The next script starts faster. Takes about 110 MB for five minutes after a script has begun.">
                    <Switch label="Keep Node ready for scripts" hidden_label={true} on={props.values.keep_node_ready} onchange={onready} testid="setting-keep-node-ready" />
                </SettingRow>
            </Section>
            <Section title="Proxies">
                <SettingRow label="Address echo" hint="Asked through a proxy when you check it: it answers with the address that it sees, alone or in JSON. One of your own is also asked when a run begins. Empty goes back to the one that Drover brings.">
                    <Input id="echo-url" aria_label="Address echo" mono={true} value={(*echo).clone()} oninput={onecho} onleave={onecho_left} testid="setting-echo" />
                </SettingRow>
            </Section>
            <Section title="Data">
                if let Some(info) = info.data() {
                    <SettingRow label="Data folder" hint={format!("`{}`. Profiles, the database, logs and screenshots. `DROVER_DATA_DIR` moves it.", info.data_folder)}>
                        <Button label="Show in files" icon="folder-open" small={true} onclick={reveal} testid="reveal-data" />
                    </SettingRow>
                }
            </Section>
        </>
    }
}
