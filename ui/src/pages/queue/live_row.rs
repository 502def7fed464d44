//! One run that goes on, or that waits for a person, with what can be done with it.

use drover_model::{RunRow, RunState, StopIntent};
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use super::live_orders::{Order, Ordered, called};
use crate::bridge::clock;
use crate::components::{Button, ButtonTone, StateBadge};
use crate::format;
use crate::route::Route;
use crate::state::queue::left_words;
use crate::state::runs::waited_and_ran;

/// The run as a row.
pub(super) fn live_row(row: &RunRow, orders: &Callback<Ordered>, now: Timestamp) -> Html {
    let id = row.id.to_string();
    html! {
        <li key={id.clone()} class="live-row" data-testid={format!("live-{id}")}>
            <Link<Route> to={Route::Run { id }} classes="brief-runs__row grow">
                <StateBadge state={row.state} plain={true} />
                <span class="truncate grow">
                    { row.task.as_str() }<span class="mute mono small">{ format!(" #{}", row.id.short()) }</span>
                    if let Some(message) = row.message.as_ref().filter(|_| row.asks || row.state == RunState::Parked) {
                        <span class="second">{ format!(" · {}", message.replace('`', "")) }</span>
                    }
                </span>
                <span class="second">{ row.profile.as_ref().map_or("no profile", |name| name.as_str()) }</span>
                { deadline(row, now) }
                <span class="mute tabular">{ times(row, now) }</span>
            </Link<Route>>
            <span class="live-row__actions">{ buttons(row, orders) }</span>
        </li>
    }
}

/// How long a parked run still waits.
fn deadline(row: &RunRow, now: Timestamp) -> Html {
    match row.park_ends_at {
        Some(at) => html! {
            <span class="tone-attn tabular" title={format!("It is stopped at {} when nobody lets it go on", clock::local(at))}
                data-testid={format!("park-left-{}", row.id)}>{ left_words(at, now) }</span>
        },
        None => Html::default(),
    }
}

fn buttons(row: &RunRow, orders: &Callback<Ordered>) -> Html {
    let name = called(row);
    let button = |label: &'static str, icon: &'static str, tone: ButtonTone, order: Order| {
        let (run, called) = (row.id, name.clone());
        let onclick = orders.reform(move |_: MouseEvent| (run, called.clone(), order));
        let testid = format!("live-{}-{}", order_word(order), row.id);
        html! { <Button {label} {icon} {tone} small={true} {onclick} aria_label={format!("{label}: {name}")} {testid} /> }
    };
    match row.state {
        RunState::Lost if row.asks => html! {
            <>
                { button("Run again", "rotate-ccw", ButtonTone::Default, Order::Again) }
                { button("Mark as done", "check", ButtonTone::Default, Order::Settle) }
            </>
        },
        RunState::Parked => html! {
            <>
                { button("Resume", "play", ButtonTone::Primary, Order::Resume) }
                { button("Stop", "square", ButtonTone::Default, Order::Stop) }
            </>
        },
        RunState::Stopping if row.stop_intent == Some(StopIntent::Cancel) => {
            button("Kill now", "zap", ButtonTone::Danger, Order::Stop)
        }
        RunState::Starting | RunState::Running | RunState::Stopping => {
            button("Stop", "square", ButtonTone::Default, Order::Stop)
        }
        _ => Html::default(),
    }
}

fn order_word(order: Order) -> &'static str {
    match order {
        Order::Stop => "stop",
        Order::Resume => "resume",
        Order::Settle => "settle",
        Order::Again => "again",
    }
}

/// "waited 0:04 · ran 1:12".
fn times(row: &RunRow, now: Timestamp) -> String {
    let (waited, ran) = waited_and_ran(row, now);
    let parts = [
        waited.map(|ms| format!("waited {}", format::duration(ms))),
        ran.map(|ms| format!("ran {}", format::duration(ms))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
