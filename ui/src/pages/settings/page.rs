//! The page: tabs, the chosen section, and the saving of a change.

use std::rc::Rc;

use drover_model::Settings as Values;
use drover_model::request::SaveSettings;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::about::About;
use super::browsers::Browsers;
use super::diagnostics::Diagnostics;
use super::engine::Engine;
use super::general::General;
use super::node::Node;
use super::retention::Retention;
use crate::api;
use crate::bridge::dom;
use crate::components::{Icon, Page};
use crate::hooks::{use_area, use_link, use_toasts};
use crate::state::render_remote;

const SECTIONS: [(&str, &str, &str); 7] = [
    ("general", "General", "settings"),
    ("engine", "Engine", "cpu"),
    ("retention", "Kept runs", "hard-drive"),
    ("browsers", "Browsers", "globe"),
    ("node", "Playwright and Node", "square-terminal"),
    ("diagnostics", "Diagnostics", "activity"),
    ("about", "About", "info"),
];

/// The settings in force and the way to change them, handed to every section.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct SectionState {
    pub values: Rc<Values>,
    pub save: Callback<Values>,
}

#[component]
pub fn Settings() -> Html {
    let settings = use_area::<Values>();
    let (link, toasts) = (use_link(), use_toasts());
    let chosen = use_state_eq(|| 0_usize);
    let save = use_callback(
        (settings.clone(), link, toasts),
        |next: Values, (settings, link, toasts)| {
            let Some(before) = settings.data().cloned() else {
                return;
            };
            let (settings, link, toasts) = (settings.clone(), link.clone(), toasts.clone());
            spawn_local(async move {
                match api::save_settings(&link, SaveSettings { settings: next }).await {
                    Ok(_) => {
                        let undo = Callback::from({
                            let (link, settings) = (link.clone(), settings.clone());
                            move |()| {
                                let (link, settings, before) =
                                    (link.clone(), settings.clone(), (*before).clone());
                                spawn_local(async move {
                                    api::save_settings(&link, SaveSettings { settings: before })
                                        .await
                                        .ok(); // the reload shows what is in force
                                    settings.reload();
                                });
                            }
                        });
                        toasts.undoable("Saved", undo);
                    }
                    Err(error) => toasts.failed(&error),
                }
                settings.reload(); // after a failure this puts the control back
            });
        },
    );
    let list = use_node_ref();
    let onkeydown = use_callback(
        (list.clone(), chosen.clone()),
        |event: KeyboardEvent, (list, chosen)| {
            let count = SECTIONS.len();
            let next = match event.key().as_str() {
                "ArrowDown" => (**chosen + 1) % count,
                "ArrowUp" => (**chosen + count - 1) % count,
                "Home" => 0,
                "End" => count - 1,
                _ => return,
            };
            event.prevent_default();
            chosen.set(next);
            dom::focus_child(list, next);
        },
    );
    html! {
        <Page title="Settings" fixed={true}>
            <div class="settings">
                <div class="settings__tabs" role="tablist" aria-label="Sections" aria-orientation="vertical" ref={list} {onkeydown}>
                    for (index, (id, label, icon)) in SECTIONS.into_iter().enumerate() {
                        <SectionTab key={id} {index} {id} {label} {icon} chosen={index == *chosen} onchoose={chosen.setter()} />
                    }
                </div>
                <div class="settings__body" role="tabpanel" id="panel-settings" aria-labelledby={format!("tab-{}", SECTIONS[*chosen].0)} tabindex="0">
                    { render_remote(settings.remote(), "The settings could not be loaded", &settings.on_reload(), |values| {
                        let state = SectionState { values: values.clone(), save };
                        match *chosen {
                            0 => html! { <General ..state /> },
                            1 => html! { <Engine ..state /> },
                            2 => html! { <Retention ..state /> },
                            3 => html! { <Browsers /> },
                            4 => html! { <Node /> },
                            5 => html! { <Diagnostics ..state /> },
                            _ => html! { <About /> },
                        }
                    }) }
                </div>
            </div>
        </Page>
    }
}

#[derive(PartialEq, Properties)]
struct SectionTabProps {
    index: usize,
    id: &'static str,
    label: &'static str,
    icon: &'static str,
    chosen: bool,
    onchoose: UseStateSetter<usize>,
}

#[component]
fn SectionTab(props: &SectionTabProps) -> Html {
    let onclick = use_callback(
        (props.index, props.onchoose.clone()),
        |_: MouseEvent, (index, choose)| choose.set(*index),
    );
    html! {
        <button type="button" role="tab" class="settings__tab" id={format!("tab-{}", props.id)} aria-controls="panel-settings"
            aria-selected={if props.chosen { "true" } else { "false" }} tabindex={if props.chosen { "0" } else { "-1" }}
            data-testid={format!("settings-{}", props.id)} {onclick}>
            <Icon name={props.icon} />{ props.label }
        </button>
    }
}
