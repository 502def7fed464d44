//! One page, not a wizard: what this machine can do, and three ways to begin.

use drover_model::Settings;
use drover_model::machine::AppInfo;
use drover_model::request::{LoadSamples, SaveSettings};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::start_card::StartCard;
use crate::api;
use crate::components::{Button, ButtonTone, Icon, IconSize, Page};
use crate::format::plural;
use crate::hooks::{use_area, use_lead, use_link, use_toasts};
use crate::pages::checks::Checks;
use crate::pages::import_profiles::ImportDialog;
use crate::route::Route;

#[component]
pub fn Welcome() -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let (settings, info) = (use_area::<Settings>(), use_area::<AppInfo>());
    let lead = use_lead();
    let loading = use_state_eq(|| false);
    let importing = use_state_eq(|| false);

    // Leaves the page for good: it does not come up by itself again.
    let leave = use_callback(
        (link.clone(), settings.clone(), lead),
        |to: Route, (link, settings, lead)| {
            lead.push(&to); // samples may take a while, and the user may have gone elsewhere
            let Some(values) = settings.data().filter(|values| !values.welcomed) else {
                return;
            };
            let next = Settings {
                welcomed: true,
                ..(**values).clone()
            };
            let (link, settings) = (link.clone(), settings.clone());
            spawn_local(async move {
                api::save_settings(&link, SaveSettings { settings: next })
                    .await
                    .ok(); // at worst the page comes up once more
                settings.reload();
            });
        },
    );
    let onsamples = use_callback(
        (link, toasts, info, leave.clone(), loading.setter()),
        |_: MouseEvent, (link, toasts, info, leave, loading)| {
            let (link, toasts, info, leave, loading) = (
                link.clone(),
                toasts.clone(),
                info.clone(),
                leave.clone(),
                loading.clone(),
            );
            loading.set(true);
            spawn_local(async move {
                match api::load_samples(&link, LoadSamples {}).await {
                    Ok(report) => {
                        let (profiles, tasks) = (
                            plural(report.profiles.into(), "profile"),
                            plural(report.tasks.into(), "task"),
                        );
                        toasts.done(format!("{profiles} and {tasks} made"));
                        for warning in &report.warnings {
                            toasts.info(crate::format::sentence(warning));
                        }
                        info.reload();
                        leave.emit(Route::Tasks);
                    }
                    Err(error) => toasts.failed(&error),
                }
                loading.set(false);
            });
        },
    );
    let onimport = use_callback(importing.setter(), |_: MouseEvent, importing| {
        importing.set(true);
    });
    let onclose = use_callback(importing.setter(), |(): (), importing| {
        importing.set(false);
    });
    let onimported = use_callback(
        (importing.setter(), leave.clone()),
        |(): (), (importing, leave)| {
            importing.set(false);
            leave.emit(Route::Profiles);
        },
    );
    let onempty = use_callback(leave.clone(), |_: MouseEvent, leave| {
        leave.emit(Route::Profiles);
    });
    let onskip = use_callback(leave, |_: MouseEvent, leave| leave.emit(Route::Runs));
    html! {
        <Page title="Welcome" head={Some(Html::default())} actions={html! { <Button label="Skip for now" tone={ButtonTone::Quiet} onclick={onskip} testid="welcome-skip" /> }}>
            <div class="welcome">
                <div class="welcome__head">
                    <span class="welcome__mark"><Icon name="layers" size={IconSize::Huge} /></span>
                    <p class="welcome__title" aria-hidden="true">{ "Welcome to Drover" }</p>
                    <p class="second">{ "Keep Chrome profiles, say what to run in them, watch it, and keep the result. Everything stays on this machine." }</p>
                </div>
                <div class="welcome__columns">
                    <section class="panel" aria-labelledby="welcome-machine">
                        <div class="panel__head"><h2 class="panel__title" id="welcome-machine">{ "This machine" }</h2></div>
                        <div class="panel__body"><Checks /></div>
                    </section>
                    <section class="stack" aria-label="Ways to begin">
                        <StartCard icon="sparkles" first={true} busy={*loading} title="Start with sample data"
                            text="A few profiles and tasks against a page that comes with Drover. Works offline." onclick={onsamples} testid="welcome-samples" />
                        <StartCard icon="upload" title="Import profiles" text="From JSON: an export of Drover, or a list of names, proxies and tokens."
                            onclick={onimport} testid="welcome-import" />
                        <StartCard icon="plus" title="Start empty" text="Make the first profile yourself." onclick={onempty} testid="welcome-empty" />
                    </section>
                </div>
            </div>
            if *importing { <ImportDialog {onclose} ondone={onimported} /> }
        </Page>
    }
}
