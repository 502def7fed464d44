//! One browser of the monitor: picture, profile, state, who has it, and what can be done.

use drover_model::request::OpenBrowser;
use yew::prelude::*;
use yew_router::prelude::*;

use super::preview::Preview;
use super::{BrowserBadge, BrowserButton, holder_words};
use crate::components::{Menu, MenuItem};
use crate::hooks::use_browser_desk;
use crate::pages::attach::AttachTool;
use crate::route::Route;
use crate::state::browsers::{can_close, program};

#[derive(PartialEq, Properties)]
pub(super) struct CardProps {
    pub browser: OpenBrowser,
    /// Whether live pictures are wanted.
    pub live: bool,
}

#[component]
pub(super) fn Card(props: &CardProps) -> Html {
    let browser = &props.browser;
    let desk = use_browser_desk();
    let close = |kill: bool| {
        let (desk, name, profile) = (desk.clone(), browser.name.clone(), browser.profile);
        Callback::from(move |()| desk.close(profile, &name, kill))
    };
    let items = vec![
        MenuItem::new("Close", "x", close(false)),
        MenuItem::new("Kill its processes", "zap", close(true)).danger(),
    ];
    let name = browser.name.to_string();
    html! {
        <li class="panel browser-card" data-testid={format!("browser-{name}")}>
            <Preview browser={browser.clone()} live={props.live} />
            <div class="panel__body">
                <div class="row">
                    <h2 class="browser-card__name truncate">
                        <Link<Route> to={Route::Profile { id: browser.profile.to_string() }} classes="crumbs__link">{ &name }</Link<Route>>
                    </h2>
                    <BrowserBadge state={browser.state} />
                </div>
                <div>
                    <p class="second truncate">{ holder_words(browser) }</p>
                    <p class="mute small selectable">{ program(browser) }</p>
                </div>
                <div class="row">
                    <BrowserButton profile={browser.profile} name={browser.name.clone()} small={true} />
                    <AttachTool target={desk.desk().target(browser.profile, Some(browser))} what={name.clone()} small={true} />
                    <span class="grow" />
                    if can_close(browser.state) {
                        <Menu label={format!("Actions for {name}")} small={true} {items} testid={format!("browser-menu-{name}")} />
                    }
                </div>
            </div>
        </li>
    }
}
