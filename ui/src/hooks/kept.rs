//! View options that this window remembers.

use yew::prelude::*;

use crate::bridge::dom;

/// Yes or no, kept under this name; yes until it was changed.
#[hook]
pub fn use_kept_switch(name: &'static str) -> (bool, Callback<bool>) {
    let on = use_state_eq(|| {
        let kept = dom::storage().and_then(|kept| kept.get_item(name).ok().flatten());
        kept.as_deref() != Some("off")
    });
    let onchange = use_callback((name, on.setter()), |now: bool, (name, on)| {
        on.set(now);
        if let Some(kept) = dom::storage() {
            kept.set_item(name, if now { "on" } else { "off" }).ok(); // without storage it lasts for this view
        }
    });
    (*on, onchange)
}
