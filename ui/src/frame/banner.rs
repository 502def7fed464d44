//! At most one message under the top bar, the most important one.

use drover_model::TokenRef;
use drover_model::machine::AppInfo;
use drover_model::request::Summary;
use drover_model::token::{Keychain, KeychainState};
use yew::prelude::*;
use yew_router::prelude::*;

use super::commands::{use_pause, use_unlock};
use crate::components::{Button, Icon, IconButton, Words};
use crate::format;
use crate::hooks::use_area;
use crate::route::Route;
use crate::state::Remote;

#[component]
pub fn Banner() -> Html {
    let summary = use_area::<Summary>();
    let keychain = use_area::<Keychain>();
    let tokens = use_area::<Vec<TokenRef>>();
    let info = use_area::<AppInfo>();
    let navigator = use_navigator().expect("BUG: the banner is inside the router");
    let (unlocking, unlock) = use_unlock();
    let pause = use_pause();
    let route = use_route::<Route>();
    let read = use_state_eq(|| false);

    let onretry = use_callback(summary.on_reload(), |_: MouseEvent, retry| retry.emit(()));
    let onunlock = use_callback(unlock, |_: MouseEvent, unlock| unlock.emit(()));
    let onresume = use_callback(pause, |_: MouseEvent, resume| resume.emit(()));
    let onreview = use_callback(
        (navigator, read.setter()),
        |_: MouseEvent, (navigator, read)| {
            read.set(true);
            navigator.push(&Route::Runs);
        },
    );
    let onread = use_callback(read.setter(), |_: MouseEvent, read| read.set(true));

    let locked = keychain
        .data()
        .is_some_and(|keychain| keychain.state == KeychainState::Locked);
    let needed = tokens.data().is_some_and(|tokens| !tokens.is_empty());
    let recovered = info
        .data()
        .and_then(|info| info.recovered.clone())
        .filter(|_| !*read);
    if let Remote::Failed(error) = summary.remote() {
        return banner(
            "err",
            "unplug",
            &format!(
                "The engine does not answer: {}. Runs are not affected.",
                error.message
            ),
            html! {
                <Button label="Retry" small={true} icon="refresh-cw" onclick={onretry} />
            },
        );
    }
    if locked && needed && route != Some(Route::Vault) {
        return banner(
            "warn",
            "lock",
            "The keychain is locked. Runs that need a token wait for it.",
            html! {
                <Button label="Unlock" small={true} busy={unlocking} onclick={onunlock} testid="banner-unlock" />
            },
        );
    }
    if summary.data().is_some_and(|summary| summary.paused) {
        return banner(
            "warn",
            "pause",
            "The queue is paused. What runs goes on, nothing new starts.",
            html! {
                <Button label="Resume" small={true} icon="play" onclick={onresume} testid="banner-resume" />
            },
        );
    }
    if let Some(text) = recovered {
        return banner(
            "info",
            "history",
            &format::sentence(&text),
            html! {
                <>
                    <Button label="Review runs" small={true} onclick={onreview} />
                    <IconButton icon="x" label="Dismiss" small={true} onclick={onread} />
                </>
            },
        );
    }
    Html::default()
}

fn banner(tone: &'static str, icon: &'static str, text: &str, actions: Html) -> Html {
    html! {
        <div class={classes!("banner", format!("banner--{tone}"))} role="status" data-testid="banner">
            <Icon name={icon} />
            <span class="banner__text"><Words text={text.to_owned()} /></span>
            { actions }
        </div>
    }
}
