//! The root: backend, bus, toasts and areas, and inside them the frame.

use drover_model::machine::AppInfo;
use drover_model::request::{
    OpenBrowser, OpenEndpoint, ProfileList, RunList, Summary, TaskSummary,
};
use drover_model::token::Keychain;
use drover_model::{CommandError, Proxy, Settings, TokenRef};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::HashRouter;

use crate::api;
use crate::bridge::{AnyBackend, Guard, Link, dom};
use crate::components::{Callout, ToastRegion, Tone};
use crate::events::{FactBus, listen};
use crate::frame::{Frame, StartupProblem};
use crate::hooks::{Actions, AreaProvider, BrowserDeskProvider, ToastHandle};
use crate::state::{ToastAction, Toasts};

/// Draws the window into `#app`.
pub fn mount() {
    crate::frame::appearance::restore();
    let root = dom::document()
        .get_element_by_id("app")
        .expect("BUG: index.html has #app");
    yew::Renderer::<App>::with_root(root).render();
}

/// How far the start of the engine is.
#[derive(Clone, Debug, PartialEq)]
enum Start {
    Waiting,
    Ready,
    Failed(CommandError),
}

#[component]
pub fn App() -> Html {
    let link = use_memo((), |()| Link::new(AnyBackend::detect()));
    let bus = use_memo((), |()| FactBus::default());
    let actions = use_memo((), |()| Actions::default());
    let toasts = use_reducer_eq(Toasts::default);
    let listening = use_mut_ref(|| None::<Guard>);
    let start = use_state_eq(|| Start::Waiting);
    let present = link.backend().present();
    {
        let (link, bus, start) = (link.clone(), bus.clone(), start.setter());
        use_effect_with(present, move |present| {
            if *present {
                spawn_local(async move {
                    *listening.borrow_mut() = Some(listen(&link, (*bus).clone()).await);
                    start.set(match api::get_startup(&link).await {
                        Ok(()) => Start::Ready,
                        Err(error) => Start::Failed(error),
                    });
                });
            }
        });
    }
    let ondismiss = use_callback(toasts.dispatcher(), |id: u32, toasts| {
        toasts.dispatch(ToastAction::Dismiss(id));
    });
    if !present {
        return no_engine();
    }
    html! {
        <ContextProvider<Link> context={(*link).clone()}>
        <ContextProvider<FactBus> context={(*bus).clone()}>
        <ContextProvider<Actions> context={(*actions).clone()}>
        <ContextProvider<ToastHandle> context={ToastHandle::new(toasts.dispatcher())}>
            { match &*start {
                Start::Waiting => starting(),
                Start::Ready => html! { <HashRouter><Areas><Frame /></Areas></HashRouter> },
                Start::Failed(error) => html! { <StartupProblem error={error.clone()} /> },
            } }
            <ToastRegion toasts={toasts.shown.clone()} {ondismiss} />
        </ContextProvider<ToastHandle>>
        </ContextProvider<Actions>>
        </ContextProvider<FactBus>>
        </ContextProvider<Link>>
    }
}

/// Everything that the window keeps loaded.
#[component]
fn Areas(props: &yew::html::ChildrenProps) -> Html {
    html! {
        <AreaProvider<Settings>>
        <AreaProvider<AppInfo>>
        <AreaProvider<Summary>>
        <AreaProvider<Keychain>>
        <AreaProvider<ProfileList>>
        <AreaProvider<Vec<TaskSummary>>>
        <AreaProvider<RunList>>
        <AreaProvider<Vec<Proxy>>>
        <AreaProvider<Vec<TokenRef>>>
        <AreaProvider<Vec<OpenBrowser>>>
        <AreaProvider<Vec<OpenEndpoint>>>
            <BrowserDeskProvider>{ props.children.clone() }</BrowserDeskProvider>
        </AreaProvider<Vec<OpenEndpoint>>>
        </AreaProvider<Vec<OpenBrowser>>>
        </AreaProvider<Vec<TokenRef>>>
        </AreaProvider<Vec<Proxy>>>
        </AreaProvider<RunList>>
        </AreaProvider<Vec<TaskSummary>>>
        </AreaProvider<ProfileList>>
        </AreaProvider<Keychain>>
        </AreaProvider<Summary>>
        </AreaProvider<AppInfo>>
        </AreaProvider<Settings>>
    }
}

/// The same grey frame that index.html shows before the wasm runs.
fn starting() -> Html {
    html! {
        <div class="app" aria-busy="true">
            <div class="topbar" /><div class="sidebar" /><div class="main" /><div class="statusbar" role="status">{ "Starting" }</div>
        </div>
    }
}

fn no_engine() -> Html {
    html! {
        <main class="alone">
            <Callout tone={Tone::Warn} title="There is no engine behind this page">
                { "This page is Drover's window. Open it by starting Drover, not in a browser." }
            </Callout>
        </main>
    }
}
