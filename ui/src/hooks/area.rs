//! Loads an area, keeps it fresh, and hands it out.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{use_facts, use_link};
use crate::events::Batch;
use crate::state::{Area, AreaAction, Load, Remote};

/// The least time between two loads of one area, in milliseconds, so that a storm of facts is one load.
const BREATH: u32 = 120;

/// An area as a component sees it.
pub struct AreaHandle<T: Load> {
    area: UseReducerHandle<Area<T>>,
}

impl<T: Load> Clone for AreaHandle<T> {
    fn clone(&self) -> Self {
        Self {
            area: self.area.clone(),
        }
    }
}

impl<T: Load> PartialEq for AreaHandle<T> {
    fn eq(&self, other: &Self) -> bool {
        self.area == other.area
    }
}

impl<T: Load> AreaHandle<T> {
    pub fn remote(&self) -> &Remote<T> {
        &self.area.data
    }

    pub fn data(&self) -> Option<&Rc<T>> {
        self.area.data.data()
    }

    /// Loads again, after a failure or a change that no fact tells.
    pub fn reload(&self) {
        self.area.dispatch(AreaAction::Stale);
    }

    /// The same as a callback, for Retry.
    pub fn on_reload(&self) -> Callback<()> {
        let dispatcher = self.area.dispatcher();
        Callback::from(move |()| dispatcher.dispatch(AreaAction::Stale))
    }
}

/// Provides one area to everything inside.
#[component]
pub fn AreaProvider<T: Load>(props: &yew::html::ChildrenProps) -> Html {
    let link = use_link();
    let area = use_reducer_eq(Area::<T>::default);
    let busy = use_state_eq(|| false);
    let on_batch = use_callback(area.dispatcher(), |batch: Batch, dispatcher| {
        if batch.gap || batch.events.iter().any(|event| T::stale_by(&event.fact)) {
            dispatcher.dispatch(AreaAction::Stale);
        }
    });
    use_facts(on_batch);
    {
        let (dispatcher, lock) = (area.dispatcher(), busy.setter());
        use_effect_with((area.to_load(), *busy), move |(number, busy)| {
            let Some(number) = number.filter(|_| !busy) else {
                return;
            };
            lock.set(true);
            spawn_local(async move {
                dispatcher.dispatch(AreaAction::Loaded(number, T::load(link).await));
                TimeoutFuture::new(BREATH).await;
                lock.set(false);
            });
        });
    }
    html! {
        <ContextProvider<AreaHandle<T>> context={AreaHandle { area }}>{ props.children.clone() }</ContextProvider<AreaHandle<T>>>
    }
}

/// An area that the frame provides: `use_area::<ProfileList>()`.
#[hook]
pub fn use_area<T: Load>() -> AreaHandle<T> {
    use_context().expect("BUG: the frame provides this area")
}
