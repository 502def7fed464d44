//! Leads to another screen by itself, after an answer, but never away from a screen that the user chose meanwhile.

use yew::prelude::*;
use yew_router::history::{HashHistory, History};
use yew_router::prelude::*;

use crate::route::Route;

/// The way from one screen to the next. Cheap to clone into futures.
#[derive(Clone, PartialEq)]
pub struct Lead {
    navigator: Navigator,
    from: String,
}

impl Lead {
    /// Whether the window is still on the screen that this leads from. What is drawn may be older than the
    /// address: Yew lets clicks in between a drawing and its effects.
    pub fn is_open(&self) -> bool {
        HashHistory::new().location().path() == self.from
    }

    /// For what the user asks for by a click, which leads from wherever the window is.
    pub fn navigator(&self) -> &Navigator {
        &self.navigator
    }

    /// Goes to `to` when that is open, and answers whether it was.
    pub fn push(&self, to: &Route) -> bool {
        let open = self.is_open();
        if open {
            self.navigator.push(to);
        }
        open
    }

    /// The same, leaving no way back to the screen before.
    pub fn replace(&self, to: &Route) {
        if self.is_open() {
            self.navigator.replace(to);
        }
    }
}

/// The way on from the screen that this component was first drawn on.
#[hook]
pub fn use_lead() -> Lead {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let location = use_location().expect("BUG: pages are inside the router");
    let from = use_state_eq(|| location.path().to_owned());
    Lead {
        navigator,
        from: (*from).clone(),
    }
}
