//! What can be asked of the queue, each with its answer at the edge of the window.

use drover_model::request::{CancelRun, SetLimit, SetPause, SetPriority};
use drover_model::{Limit, PauseKey, Priority, RunId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::format::capital;
use crate::hooks::{use_link, use_toasts};
use crate::state::queue::{paused_words, priority_words};

/// Another turn for a run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Turn {
    pub run: RunId,
    /// What it is called: "Price check #4X2K9A".
    pub name: String,
    pub from: Priority,
    pub to: Priority,
}

#[derive(Clone, PartialEq)]
pub(super) struct Orders {
    pub turn: Callback<Turn>,
    /// Takes a run out of the queue; its id and what it is called.
    pub stop: Callback<(RunId, String)>,
    pub remove_limit: Callback<Limit>,
    /// Lets what was paused start again.
    pub resume: Callback<PauseKey>,
}

#[hook]
pub(super) fn use_orders() -> Orders {
    let (link, toasts) = (use_link(), use_toasts());
    let set_back = use_callback(
        (link.clone(), toasts.clone()),
        |turn: Turn, (link, toasts)| {
            let (link, toasts) = (link.clone(), toasts.clone());
            spawn_local(async move {
                if let Err(error) = api::set_priority(&link, priority(&turn, turn.from)).await {
                    toasts.failed(&error);
                }
            });
        },
    );
    let turn = use_callback(
        (link.clone(), toasts.clone(), set_back),
        |turn: Turn, (link, toasts, set_back)| {
            if turn.from == turn.to {
                return; // it has that turn already
            }
            let (link, toasts, set_back) = (link.clone(), toasts.clone(), set_back.clone());
            spawn_local(async move {
                match api::set_priority(&link, priority(&turn, turn.to)).await {
                    Ok(0) => toasts.info(format!("{} waits no more", turn.name)),
                    Ok(_) => {
                        let text = format!("{}: priority {}", turn.name, priority_words(turn.to));
                        toasts.undoable(text, set_back.reform(move |()| turn.clone()));
                    }
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let stop = use_callback(
        (link.clone(), toasts.clone()),
        |(run, name): (RunId, String), (link, toasts)| {
            let (link, toasts) = (link.clone(), toasts.clone());
            spawn_local(async move {
                match api::cancel_run(&link, CancelRun { run }).await {
                    Ok(_) => toasts.done(format!("{name} taken out of the queue")),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let set_limit = use_callback(
        (link.clone(), toasts.clone()),
        |request: SetLimit, (link, toasts)| {
            let (link, toasts) = (link.clone(), toasts.clone());
            spawn_local(async move {
                if let Err(error) = api::set_limit(&link, request).await {
                    toasts.failed(&error);
                }
            });
        },
    );
    let resume = use_callback(
        (link.clone(), toasts.clone()),
        |what: PauseKey, (link, toasts)| {
            let (link, toasts) = (link.clone(), toasts.clone());
            let text = format!("{} resumed", capital(&paused_words(&what)));
            let request = SetPause {
                what,
                paused: false,
                until: None,
                note: String::new(),
            };
            spawn_local(async move {
                match api::set_pause(&link, request).await {
                    Ok(_) => toasts.done(text),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let remove_limit = use_callback(
        (link, toasts, set_limit),
        |limit: Limit, (link, toasts, set_limit)| {
            let (link, toasts, set_limit) = (link.clone(), toasts.clone(), set_limit.clone());
            let request = SetLimit {
                key: limit.key.clone(),
                capacity: None,
                rate: None,
            };
            spawn_local(async move {
                match api::set_limit(&link, request).await {
                    Ok(_) => toasts.undoable(
                        format!(
                            "Limit of {} `{}` removed",
                            limit.key.kind.name(),
                            limit.key.name
                        ),
                        set_limit.reform(move |()| SetLimit {
                            key: limit.key.clone(),
                            capacity: limit.capacity,
                            rate: limit.rate,
                        }),
                    ),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    Orders {
        turn,
        stop,
        remove_limit,
        resume,
    }
}

fn priority(turn: &Turn, priority: Priority) -> SetPriority {
    SetPriority {
        runs: vec![turn.run],
        priority,
    }
}
