//! Checks proxies one after the other in a few lanes, so that each result is seen as it comes and the rest can be
//! given up.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use drover_model::ProxyId;
use drover_model::request::CheckProxies;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::bridge::Link;
use crate::hooks::{use_link, use_toasts};
use crate::state::proxies::{CheckAction, Checking};

/// As many as the engine asks at a time.
const LANES: usize = 8;

/// What is still to be checked, and how many lanes take from it.
#[derive(Default, PartialEq)]
struct Queue {
    waiting: RefCell<VecDeque<ProxyId>>,
    lanes: Cell<usize>,
}

#[derive(Clone, PartialEq)]
pub(super) struct Checks {
    pub state: UseReducerHandle<Checking>,
    pub start: Callback<Vec<ProxyId>>,
    pub stop: Callback<()>,
}

#[hook]
pub(super) fn use_checks() -> Checks {
    let (link, toasts) = (use_link(), use_toasts());
    let state = use_reducer_eq(Checking::default);
    let queue = use_memo((), |()| Queue::default());
    let failed = {
        let toasts = toasts.clone();
        use_callback((), move |error, ()| toasts.failed(&error))
    };
    let start = use_callback(
        (link, queue.clone(), state.dispatcher()),
        move |proxies: Vec<ProxyId>, (link, queue, state)| {
            state.dispatch(CheckAction::Asked(proxies.clone()));
            let lanes = (LANES - queue.lanes.get()).min(proxies.len());
            queue.waiting.borrow_mut().extend(proxies);
            queue.lanes.set(queue.lanes.get() + lanes);
            for _ in 0..lanes {
                let (link, queue) = (link.clone(), queue.clone());
                spawn_local(lane(link, queue, state.clone(), failed.clone()));
            }
        },
    );
    let stop = use_callback((queue, state.dispatcher()), |(): (), (queue, state)| {
        queue.waiting.borrow_mut().clear();
        state.dispatch(CheckAction::Stopped);
    });
    Checks { state, start, stop }
}

async fn lane(
    link: Link,
    queue: Rc<Queue>,
    state: UseReducerDispatcher<Checking>,
    failed: Callback<drover_model::CommandError>,
) {
    loop {
        let next = queue.waiting.borrow_mut().pop_front();
        let Some(proxy) = next else {
            queue.lanes.set(queue.lanes.get() - 1);
            return;
        };
        let request = CheckProxies {
            proxies: vec![proxy.to_string()],
            echo: None,
        };
        let works = match api::check_proxies(&link, request).await {
            Ok(found) => found
                .iter()
                .filter_map(|proxy| proxy.health.as_ref())
                .all(|health| health.state.works()),
            Err(error) => {
                failed.emit(error);
                false
            }
        };
        state.dispatch(CheckAction::Answered(proxy, works));
    }
}
