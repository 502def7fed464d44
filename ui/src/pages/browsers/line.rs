//! One line about the browser of a profile: "Chrome 156 · process 1234 · opened by you".

use drover_model::request::{BrowserState, OpenBrowser};
use drover_model::{Name, ProfileId};
use yew::prelude::*;
use yew_router::prelude::*;

use super::BrowserBadge;
use crate::components::Button;
use crate::hooks::{use_area, use_browser_desk};
use crate::route::Route;
use crate::state::browsers::{holder, of, program, run_of};

#[derive(PartialEq, Properties)]
pub(crate) struct BrowserLineProps {
    pub profile: ProfileId,
    pub name: Name,
}

/// Nothing while the profile has no browser.
#[component]
pub(crate) fn BrowserLine(props: &BrowserLineProps) -> Html {
    let (running, desk) = (use_area::<Vec<OpenBrowser>>(), use_browser_desk());
    let profile = props.profile;
    let onclose = use_callback(
        (desk.clone(), props.name.clone(), profile),
        |_: MouseEvent, (desk, name, profile)| desk.close(*profile, name, false),
    );
    let Some(browser) = running.data().and_then(|list| of(list, profile)) else {
        return Html::default();
    };
    html! {
        <div class="row" data-testid="browser-line">
            <BrowserBadge state={browser.state} />
            <span class="second selectable">{ program(browser) }{ " · " }{ holder_words(browser) }</span>
            if browser.state == BrowserState::Idle {
                <Button label="Close it now" small={true} busy={desk.desk().busy.contains(&profile)} onclick={onclose} testid="browser-close-warm" />
            }
        </div>
    }
}

/// Who has it; a run is a link to its page.
pub(crate) fn holder_words(browser: &OpenBrowser) -> Html {
    let words = holder(browser);
    match run_of(browser) {
        Some(run) => html! {
            <Link<Route> to={Route::Run { id: run.to_string() }} classes="link">{ words }</Link<Route>>
        },
        None => html! { { words } },
    }
}
