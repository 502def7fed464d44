//! Asks what becomes of the runs that go on when Drover quits.

use drover_model::request::{GetQueue, QueueView, Summary};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::api::{self, QuitWay};
use crate::components::{Button, ButtonTone, Dialog};
use crate::format::plural;
use crate::hooks::{use_area, use_link, use_query, use_toasts};
use crate::state::Load;

#[component]
pub fn Quit() -> Html {
    let (link, toasts, summary) = (use_link(), use_toasts(), use_area::<Summary>());
    let navigator = use_navigator().expect("BUG: the question is inside the router");
    // A lost run that needs an answer does not go on any more.
    let queue = use_query(GetQueue { limit: 1 }, 0, |_, fact| {
        QueueView::stale_by(fact)
    });
    let live = queue.data().map_or_else(
        || {
            summary
                .data()
                .map_or(0, |summary| u64::from(summary.running))
        },
        |queue| queue.live.len() as u64,
    );
    let queued = summary
        .data()
        .map_or(0, |summary| u64::from(summary.queued));
    let stay = use_callback(navigator, |(): (), navigator| navigator.back());
    let onstay = use_callback(stay.clone(), |_: MouseEvent, stay| stay.emit(()));
    let quit = use_callback((link, toasts), |way: QuitWay, (link, toasts)| {
        let (link, toasts) = (link.clone(), toasts.clone());
        spawn_local(async move {
            if let Err(error) = api::quit_app(&link, way).await {
                toasts.failed(&error);
            }
        });
    });
    let onfinish = use_callback(quit.clone(), |_: MouseEvent, quit| {
        quit.emit(QuitWay::Finish);
    });
    let onstop = use_callback(quit, |_: MouseEvent, quit| quit.emit(QuitWay::Stop));
    let footer = html! {
        <>
            <Button label="Keep running" autofocus={true} onclick={onstay} testid="quit-stay" />
            if live > 0 {
                <Button label="Finish running, then quit" onclick={onfinish} testid="quit-finish" />
                <Button label={format!("Stop {} and quit", plural(live, "run"))} tone={ButtonTone::Danger} onclick={onstop} testid="quit-stop" />
            } else {
                <Button label="Quit Drover" tone={ButtonTone::Primary} onclick={onstop} testid="quit-now" />
            }
        </>
    };
    let title = match live {
        0 => "Nothing is running".to_owned(),
        1 => "1 run is active".to_owned(),
        _ => format!("{} are active", plural(live, "run")),
    };
    html! {
        <Dialog {title} wide={true} onclose={stay} {footer} testid="quit-dialog">
            if live > 0 {
                <p>{ "Runs end when Drover quits: they are part of it. Finishing lets them end by themselves and starts nothing new." }</p>
            }
            if queued > 0 {
                <p>{ format!("What is queued stays in the queue ({}) and starts when Drover is opened again.", plural(queued, "run")) }</p>
            }
            if live == 0 && queued == 0 { <p>{ "Drover can be closed without any loss." }</p> }
        </Dialog>
    }
}
