//! The monitor: every browser that runs, whoever has it.

use drover_model::request::OpenBrowser;
use yew::prelude::*;
use yew_router::prelude::Link;

use super::card::Card;
use super::live_view::use_live_pictures;
use crate::components::{EmptyState, Page, Switch};
use crate::hooks::use_area;
use crate::route::Route;
use crate::state::browsers::tally;
use crate::state::render_remote;

#[component]
pub fn Browsers() -> Html {
    let running = use_area::<Vec<OpenBrowser>>();
    let count = running.data().map_or(0, |list| list.len());
    let (live, onlive) = use_live_pictures();
    let bar = running.data().filter(|list| !list.is_empty()).map(|list| {
        html! {
            <div class="row grow">
                <p class="second grow" data-testid="browsers-tally">{ tally(list) }</p>
                <Switch label="Live pictures" on={live} onchange={onlive} testid="live-pictures" />
            </div>
        }
    });
    html! {
        <Page title="Browsers" count={Some(count as u64)} {bar}>
            { render_remote(running.remote(), "The browsers could not be listed", &running.on_reload(), |list| if list.is_empty() {
                html! {
                    <EmptyState icon="monitor" title="No browser is running"
                        text="Browsers that you open and those that runs use appear here, each with who has it." testid="browsers-empty">
                        <Link<Route> to={Route::Profiles} classes="btn btn--primary">{ "Open a profile" }</Link<Route>>
                        <Link<Route> to={Route::Tasks} classes="btn">{ "Run a task" }</Link<Route>>
                    </EmptyState>
                }
            } else {
                html! {
                    <ul class="browser-cards" aria-label="Browsers that run">
                        for browser in list.iter() { <Card key={browser.profile.to_string()} browser={browser.clone()} {live} /> }
                    </ul>
                }
            }) }
        </Page>
    }
}
