//! What a browser shows at this moment. It keeps its size whatever is in it, so that nothing jumps.

use drover_model::request::{BrowserState, OpenBrowser};
use yew::prelude::*;

use crate::components::{Icon, IconSize};
use crate::hooks::{Watched, use_in_sight, use_kept_switch, use_live_picture};
use crate::state::browsers::{has_pages, look, where_it_is};

/// Under this name the switch for live pictures is kept.
pub(crate) const LIVE_PICTURES: &str = "drover-live-pictures";

#[derive(PartialEq, Properties)]
pub(crate) struct LiveViewProps {
    /// None while the browser is still to come.
    pub browser: Option<OpenBrowser>,
    /// The least time between two pictures, in milliseconds.
    pub every_ms: u32,
    /// What the picture is of, and where a click on it leads, if it does.
    pub alt: AttrValue,
    /// Whether pictures are wanted.
    pub on: bool,
}

#[component]
pub(crate) fn LiveView(props: &LiveViewProps) -> Html {
    let node = use_node_ref();
    let in_sight = use_in_sight(&node);
    let browser = props.browser.as_ref().filter(|browser| has_pages(browser));
    let watched = browser.filter(|_| props.on).and_then(|browser| {
        let (profile, pid) = (browser.profile, browser.pid?);
        Some(Watched { profile, pid })
    });
    let picture = use_live_picture(watched, in_sight, props.every_ms);
    html! {
        <div class="live mute small" ref={node} data-testid="live">
            if let Some(src) = picture {
                <img class="live__picture" {src} alt={props.alt.clone()} width="480" height="300" decoding="sync" draggable="false" />
            } else {
                { stand_in(props.browser.as_ref()) }
            }
        </div>
    }
}

fn stand_in(browser: Option<&OpenBrowser>) -> Html {
    let Some(browser) = browser else {
        return html! { <><Icon name="monitor" size={IconSize::Huge} /><span>{ "Its browser is to come" }</span></> };
    };
    html! {
        <>
            <Icon name={look(browser.state).icon} size={IconSize::Huge} turning={browser.state == BrowserState::Starting} />
            <span>{ where_it_is(browser) }</span>
        </>
    }
}

/// Whether pictures are wanted, and what changes that.
#[hook]
pub(crate) fn use_live_pictures() -> (bool, Callback<bool>) {
    use_kept_switch(LIVE_PICTURES)
}
