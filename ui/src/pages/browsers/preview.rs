//! The place of a browser's picture on its card. It keeps its size whatever is in it, so that cards do not jump.

use drover_model::request::{BrowserState, OpenBrowser};
use yew::prelude::*;

use crate::components::{Icon, IconSize};
use crate::state::browsers::look;

#[derive(PartialEq, Properties)]
pub(super) struct PreviewProps {
    pub browser: OpenBrowser,
}

#[component]
pub(super) fn Preview(props: &PreviewProps) -> Html {
    let browser = &props.browser;
    html! {
        <div class="browser-card__preview mute small">
            <Icon name={look(browser.state).icon} size={IconSize::Huge} turning={browser.state == BrowserState::Starting} />
            <span>{ where_it_is(browser) }</span>
        </div>
    }
}

/// Where a person finds its pages.
fn where_it_is(browser: &OpenBrowser) -> &'static str {
    match (browser.state, browser.visible) {
        (BrowserState::Starting, _) => "Chrome is starting",
        (BrowserState::Draining, _) => "Chrome is closing",
        (_, true) => "Its window is on your screen",
        (BrowserState::Idle, false) => "It waits without a window",
        (_, false) => "It works without a window",
    }
}

#[cfg(test)]
mod tests {
    use drover_model::ProfileId;

    use super::*;

    #[test]
    fn it_says_where_the_pages_are() {
        let browser = |state, visible| OpenBrowser {
            profile: ProfileId::from_bits(1),
            name: "anna".parse().unwrap(),
            state,
            by: None,
            visible,
            pid: None,
            product: None,
        };
        assert_eq!(
            where_it_is(&browser(BrowserState::Window, true)),
            "Its window is on your screen"
        );
        assert_eq!(
            where_it_is(&browser(BrowserState::Leased, false)),
            "It works without a window"
        );
    }
}
