//! The time, for what is shown as "2 min ago" and as running clocks.

use gloo_timers::callback::Interval;
use jiff::Timestamp;
use yew::prelude::*;

use crate::bridge::{clock, dom};

/// Now, again every `period` milliseconds while the window is visible; 0 means only once.
#[hook]
pub fn use_now(period: u32) -> Timestamp {
    let now = use_state_eq(clock::now);
    let setter = now.setter();
    use_effect_with(period, move |period| {
        let timer = (*period > 0).then(|| {
            Interval::new(*period, move || {
                if !dom::document().hidden() {
                    setter.set(clock::now());
                }
            })
        });
        move || drop(timer)
    });
    *now
}
