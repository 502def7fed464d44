//! The screen of an address.

use drover_model::Settings;
use drover_model::machine::AppInfo;
use yew::prelude::*;

use crate::components::{EmptyState, Page};
use crate::hooks::{use_area, use_lead};
use crate::pages;
use crate::route::Route;
use crate::state::Remote;

pub(super) fn screen(route: Route) -> Html {
    match route {
        Route::Home => html! { <Home /> },
        Route::Welcome => html! { <pages::Welcome /> },
        Route::Profiles => html! { <pages::Profiles /> },
        Route::Profile { id } => {
            html! { <pages::ProfileDetail key={id.clone()} id={id.clone()} /> }
        }
        Route::Tasks => html! { <pages::Tasks /> },
        Route::NewTask => html! { <pages::Composer key="new" id={None::<String>} /> },
        Route::Task { id } => html! { <pages::Composer key={id.clone()} id={Some(id.clone())} /> },
        Route::Schedules => html! { <pages::Schedules /> },
        Route::NewSchedule => html! { <pages::ScheduleEditor key="new" id={None::<String>} /> },
        Route::Schedule { id } => {
            html! { <pages::ScheduleEditor key={id.clone()} id={Some(id.clone())} /> }
        }
        Route::Queue => html! { <pages::Queue /> },
        Route::Runs => html! { <pages::Runs /> },
        Route::Run { id } => html! { <pages::RunPage key={id.clone()} id={id.clone()} /> },
        Route::Browsers => html! { <pages::Browsers /> },
        Route::Proxies => html! { <pages::Proxies /> },
        Route::Proxy { id } => html! { <pages::ProxyDetail key={id.clone()} id={id.clone()} /> },
        Route::Vault => html! { <pages::Vault /> },
        Route::Settings => html! { <pages::Settings /> },
        Route::Quit => html! { <><pages::Runs /><pages::Quit /></> },
        Route::NotFound => html! {
            <Page title="Not found">
                <EmptyState icon="circle-help" title="There is nothing at this address" text="The link may be old. The sidebar leads to everything that exists." />
            </Page>
        },
    }
}

/// The welcome page until it was left once, then the runs.
#[component]
fn Home() -> Html {
    let settings = use_area::<Settings>();
    let info = use_area::<AppInfo>();
    let lead = use_lead();
    let to = match (settings.remote(), info.remote()) {
        (Remote::Loading, _) | (_, Remote::Loading) => None,
        (Remote::Ready(settings, _), Remote::Ready(info, _))
            if info.first_run && !settings.welcomed =>
        {
            Some(Route::Welcome)
        }
        _ => Some(Route::Runs),
    };
    use_effect_with(to, move |to| {
        if let Some(to) = to {
            lead.replace(to);
        }
    });
    Html::default()
}
