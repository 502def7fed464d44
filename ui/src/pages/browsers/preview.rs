//! The picture on a browser's card. A click leads to the run that has the browser, else to its profile.

use drover_model::request::OpenBrowser;
use yew::prelude::*;
use yew_router::prelude::*;

use super::live_view::LiveView;
use crate::route::Route;
use crate::state::browsers::run_of;

/// Two a second are enough to see what goes on in a grid.
const EVERY_MS: u32 = 500;

#[derive(PartialEq, Properties)]
pub(super) struct PreviewProps {
    pub browser: OpenBrowser,
    /// Whether live pictures are wanted.
    pub live: bool,
}

#[component]
pub(super) fn Preview(props: &PreviewProps) -> Html {
    let browser = &props.browser;
    let (to, alt) = leads_to(browser);
    html! {
        <Link<Route> {to} classes="browser-card__preview">
            <LiveView browser={browser.clone()} every_ms={EVERY_MS} {alt} on={props.live} />
        </Link<Route>>
    }
}

/// Where a click leads, and the words for it.
fn leads_to(browser: &OpenBrowser) -> (Route, String) {
    let name = &browser.name;
    match run_of(browser) {
        Some(run) => (
            Route::Run {
                id: run.to_string(),
            },
            format!("Live picture of {name}. Open run #{}", run.short()),
        ),
        None => (
            Route::Profile {
                id: browser.profile.to_string(),
            },
            format!("Live picture of {name}. Open its profile"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use drover_model::request::BrowserState;
    use drover_model::{ProfileId, RunId};

    use super::*;

    #[test]
    fn a_picture_leads_to_who_works_there() {
        let run = RunId::from_bits(77);
        let browser = |by: Option<String>| OpenBrowser {
            profile: ProfileId::from_bits(1),
            name: "anna".parse().unwrap(),
            state: BrowserState::Leased,
            by,
            visible: false,
            pid: Some(1),
            product: None,
        };
        let (to, words) = leads_to(&browser(Some(format!("run {run}"))));
        assert_eq!(
            to,
            Route::Run {
                id: run.to_string()
            }
        );
        assert_eq!(
            words,
            format!("Live picture of anna. Open run #{}", run.short())
        );
        let (to, _) = leads_to(&browser(None));
        assert!(matches!(to, Route::Profile { .. }));
    }
}
