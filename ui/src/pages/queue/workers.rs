//! How many runs may go on at once, changed where its effect is seen.

use drover_model::Settings;
use yew::prelude::*;

use crate::components::IconButton;
use crate::frame::commands::use_save_settings;
use crate::hooks::use_area;

#[component]
pub(super) fn Workers() -> Html {
    let settings = use_area::<Settings>();
    let save = use_save_settings();
    let Some(values) = settings.data().cloned() else {
        return Html::default();
    };
    let set = |workers: u32| {
        let (values, save) = (values.clone(), save.clone());
        Callback::from(move |_: MouseEvent| {
            if (1..=Settings::MAX_WORKERS).contains(&workers) {
                save.emit(Settings {
                    workers,
                    ..(*values).clone()
                });
            }
        })
    };
    let workers = values.workers;
    html! {
        <span class="row" role="group" aria-label="Workers">
            <span class="mute">{ "Workers" }</span>
            <IconButton icon="minus" label="One worker less" small={true} idle={workers <= 1} onclick={set(workers.saturating_sub(1))} testid="workers-less" />
            <span class="tabular strong-name" role="status" data-testid="workers">{ workers }</span>
            <IconButton icon="plus" label="One worker more" small={true} idle={workers >= Settings::MAX_WORKERS} onclick={set(workers + 1)} testid="workers-more" />
        </span>
    }
}
