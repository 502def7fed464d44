//! What can be done with a schedule of the list, each with its answer at the edge of the window.

use drover_model::Schedule;
use drover_model::request::{
    PauseSchedule, RemoveSchedule, RestoreSchedule, ResumeSchedule, RunScheduleNow,
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::starts::started;
use crate::api;
use crate::bridge::{clock, dom};
use crate::hooks::{use_link, use_toasts};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Run,
    Pause,
    /// What passed meanwhile is skipped.
    Resume,
    /// What passed meanwhile counts as missed, and is run as far as the schedule says.
    CatchUp,
    Remove,
    Restore,
}

/// Names a click, so that a second one is not a second start.
pub(super) fn click_id() -> String {
    let now = clock::now().as_millisecond();
    format!("window-{now}-{}", dom::fresh())
}

#[hook]
pub(super) fn use_schedule_orders() -> Callback<(Schedule, Order)> {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let (link, toasts) = (use_link(), use_toasts());
    let again = use_mut_ref(|| None::<Callback<(Schedule, Order)>>);
    let orders = use_callback(
        (link, toasts, navigator, again.clone()),
        |(schedule, order): (Schedule, Order), (link, toasts, navigator, again)| {
            let (link, toasts, navigator) = (link.clone(), toasts.clone(), navigator.clone());
            let undo = again.borrow().clone().unwrap_or_default();
            let (id, name) = (schedule.id, schedule.spec.name.clone());
            let undo = move |order: Order| undo.reform(move |()| (schedule.clone(), order));
            spawn_local(async move {
                let answer = match order {
                    Order::Run => {
                        let request_id = Some(click_id());
                        let request = RunScheduleNow {
                            schedule: id,
                            request_id,
                        };
                        api::run_schedule_now(&link, request)
                            .await
                            .map(|rows| started(&toasts, &navigator, &rows))
                    }
                    Order::Pause => {
                        let request = PauseSchedule {
                            schedule: id,
                            until: None,
                            note: String::new(),
                        };
                        api::pause_schedule(&link, request).await.map(|_| {
                            toasts.undoable(format!("`{name}` paused"), undo(Order::Resume));
                        })
                    }
                    Order::Resume | Order::CatchUp => {
                        let catch_up = order == Order::CatchUp;
                        let request = ResumeSchedule {
                            schedule: id,
                            catch_up,
                        };
                        let more = if catch_up {
                            "; what it missed is caught up"
                        } else {
                            ""
                        };
                        api::resume_schedule(&link, request).await.map(|_| {
                            toasts.undoable(format!("`{name}` resumed{more}"), undo(Order::Pause));
                        })
                    }
                    Order::Remove => {
                        let request = RemoveSchedule { schedule: id };
                        api::remove_schedule(&link, request).await.map(|()| {
                            let text = format!("`{name}` removed; its runs go on");
                            toasts.undoable(text, undo(Order::Restore));
                        })
                    }
                    Order::Restore => {
                        api::restore_schedule(&link, RestoreSchedule { schedule: id })
                            .await
                            .map(|()| toasts.done(format!("`{name}` is back")))
                    }
                };
                if let Err(error) = answer {
                    toasts.failed(&error);
                }
            });
        },
    );
    *again.borrow_mut() = Some(orders.clone());
    use_effect_with((), move |()| {
        move || {
            again.take(); // it holds itself otherwise
        }
    });
    orders
}
