//! What a live run does in its browser, beside its steps.

use std::rc::Rc;

use drover_model::Run;
use drover_model::request::OpenBrowser;
use yew::prelude::*;

use crate::hooks::use_area;
use crate::pages::browsers::{LiveView, use_live_pictures};
use crate::state::browsers::run_of;

/// One browser alone may be shown as smoothly as Drover does.
const EVERY_MS: u32 = 250;

#[derive(PartialEq, Properties)]
pub(super) struct WatchProps {
    pub run: Rc<Run>,
}

/// Nothing when the run has no browser or pictures are switched off.
#[component]
pub(super) fn Watch(props: &WatchProps) -> Html {
    let row = &props.run.row;
    let running = use_area::<Vec<OpenBrowser>>();
    let (on, _) = use_live_pictures();
    if !on || !row.state.holds() || row.profile_id.is_none() {
        return Html::default();
    }
    let browsers = running.data().map(|list| list.iter());
    let browser =
        browsers.and_then(|mut list| list.find(|browser| run_of(browser) == Some(row.id)));
    let alt = format!("Live picture of run #{}", row.id.short());
    html! {
        <section class="panel run-watch" aria-label="Live picture">
            <LiveView browser={browser.cloned()} every_ms={EVERY_MS} {alt} {on} />
        </section>
    }
}
