//! Puts the frame around the screen and carries out what keys and palette ask for.

use drover_model::Settings;
use drover_model::request::{ProfileList, RunList, TaskSummary};
use web_sys::HtmlElement;
use yew::prelude::*;
use yew_router::prelude::*;

use super::appearance;
use super::banner::Banner;
use super::commands::use_switch_theme;
use super::keys::use_keys;
use super::screen::screen;
use super::sidebar::Sidebar;
use super::status_bar::StatusBar;
use super::top_bar::TopBar;
use crate::bridge::dom;
use crate::components::{CommandPalette, PaletteEntry, ShortcutSheet};
use crate::hooks::{Actions, use_area};
use crate::keymap::{Action, BINDINGS, Group};
use crate::route::Route;

/// What lies over the window.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    Palette,
    Sheet,
}

#[component]
pub fn Frame() -> Html {
    let settings = use_area::<Settings>();
    let actions = use_context::<Actions>().expect("BUG: the root provides the actions");
    let navigator = use_navigator().expect("BUG: the frame is inside the router");
    let layer = use_state_eq(|| None::<Layer>);
    let switch_theme = use_switch_theme();

    use_effect_with(settings.data().cloned(), |settings| {
        if let Some(settings) = settings {
            appearance::apply(settings);
        }
    });
    let carry_out = use_callback(
        (actions, navigator, switch_theme, layer.setter()),
        |action: Action, (actions, navigator, theme, layer)| {
            match action {
                Action::Go(route) => navigator.push(&route),
                Action::Palette => layer.set(Some(Layer::Palette)),
                Action::Sheet => layer.set(Some(Layer::Sheet)),
                Action::Theme => theme.emit(()),
                Action::Find => return focus_find(),
                offered => match actions.find(&offered) {
                    Some(callback) => callback.emit(()),
                    // Escape leaves a text field where no screen wants it.
                    None if offered == Action::Back => {
                        if let Some(field) = dom::focused().filter(|_| dom::typing()) {
                            field.blur().ok(); // nothing has the focus then, as wished
                        }
                        return false;
                    }
                    None if offered == Action::New => navigator.push(&Route::NewTask),
                    None => return false,
                },
            }
            true
        },
    );
    use_keys(
        settings.data().is_none_or(|settings| settings.single_keys),
        carry_out.clone(),
    );

    let onpalette = use_callback(layer.setter(), |(): (), layer| {
        layer.set(Some(Layer::Palette));
    });
    let onclose = use_callback(layer.setter(), |(): (), layer| layer.set(None));
    let onskip = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        dom::focus_id("main");
    });
    html! {
        <div class="app">
            <a class="skip-link" href="#main" onclick={onskip}>{ "Skip to the content" }</a>
            <TopBar {onpalette} />
            <Banner />
            <Sidebar />
            <main class="main" id="main" tabindex="-1"><Switch<Route> render={screen} /></main>
            <StatusBar />
            if *layer == Some(Layer::Palette) { <Palette {carry_out} onclose={onclose.clone()} /> }
            if *layer == Some(Layer::Sheet) { <ShortcutSheet {onclose} /> }
        </div>
    }
}

/// Focuses the filter of the screen, or the find field of its log.
fn focus_find() -> bool {
    let field = dom::document()
        .query_selector("[data-find] input")
        .ok()
        .flatten();
    let field = field.and_then(|field| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(field).ok());
    field.is_some_and(|field| field.focus().is_ok())
}

#[derive(PartialEq, Properties)]
struct PaletteProps {
    carry_out: Callback<Action, bool>,
    onclose: Callback<()>,
}

/// The palette with everything that can be reached now.
#[component]
fn Palette(props: &PaletteProps) -> Html {
    let actions = use_context::<Actions>().expect("BUG: the root provides the actions");
    let navigator = use_navigator().expect("BUG: the frame is inside the router");
    let (profiles, tasks, runs) = (
        use_area::<ProfileList>(),
        use_area::<Vec<TaskSummary>>(),
        use_area::<RunList>(),
    );
    let deps = (props.carry_out.clone(), profiles, tasks, runs);
    let entries = use_memo(deps, move |(carry_out, profiles, tasks, runs)| {
        let mut entries = Vec::new();
        for group in [Group::Screen, Group::Go, Group::Window] {
            let offered =
                |action: &Action| group != Group::Screen || actions.find(action).is_some();
            entries.extend(
                BINDINGS
                    .iter()
                    .filter(|binding| binding.group == group && offered(&binding.action))
                    .map(|binding| {
                        let (carry_out, action) = (carry_out.clone(), binding.action.clone());
                        PaletteEntry {
                            group: group.label(),
                            title: binding.title.into(),
                            context: None,
                            icon: binding.icon,
                            keys: Some(binding.keys),
                            action: Callback::from(move |()| {
                                carry_out.emit(action.clone());
                            }),
                        }
                    }),
            );
        }
        let go = |group, icon, title: String, context: Option<String>, route: Route| {
            let navigator = navigator.clone();
            let action = Callback::from(move |()| navigator.push(&route));
            PaletteEntry {
                group,
                title: title.into(),
                context: context.map(AttrValue::from),
                icon,
                keys: None,
                action,
            }
        };
        entries.push(go("Go to", "plus", "New task".into(), None, Route::NewTask));
        entries.push(go(
            "Go to",
            "laptop",
            "Welcome page".into(),
            None,
            Route::Welcome,
        ));
        for profile in profiles.data().iter().flat_map(|list| &list.rows) {
            let tags = Some(profile.tags.join(", ")).filter(|tags| !tags.is_empty());
            entries.push(go(
                "Profiles",
                "users",
                profile.name.to_string(),
                tags,
                Route::Profile {
                    id: profile.id.to_string(),
                },
            ));
        }
        for summary in tasks.data().iter().flat_map(|tasks| tasks.iter()) {
            let task = &summary.task;
            let kind = Some(task.spec.work.kind().label().to_owned());
            entries.push(go(
                "Tasks",
                "list-checks",
                task.spec.name.to_string(),
                kind,
                Route::Task {
                    id: task.id.to_string(),
                },
            ));
        }
        for run in runs.data().iter().flat_map(|list| &list.rows) {
            let title = format!("{} #{}", run.task, run.id.short());
            entries.push(go(
                "Runs",
                run.state.icon(),
                title,
                Some(run.state.label().to_owned()),
                Route::Run {
                    id: run.id.to_string(),
                },
            ));
        }
        entries
    });
    html! { <CommandPalette entries={(*entries).clone()} onclose={props.onclose.clone()} /> }
}
