//! Listens for keys on the document and hands them to the keymap.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::bridge::dom;
use crate::keymap::{Action, Keys, Stroke};

/// Calls `carry_out` with the action of each stroke; it answers whether somebody took it.
#[hook]
pub fn use_keys(singles: bool, carry_out: Callback<Action, bool>) {
    use_effect_with((singles, carry_out), |(singles, carry_out)| {
        let (singles, carry_out) = (*singles, carry_out.clone());
        let mut keys = Keys::default();
        let options = EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&dom::document(), "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                    return;
                };
                if event.default_prevented()
                    || matches!(event.key().as_str(), "Shift" | "Control" | "Alt" | "Meta")
                {
                    return;
                }
                if let Some(action) = keys.press(&stroke(event), singles)
                    && carry_out.emit(action)
                {
                    event.prevent_default();
                }
            });
        move || drop(listener)
    });
}

fn stroke(event: &KeyboardEvent) -> Stroke {
    Stroke {
        key: event.key(),
        ctrl: event.ctrl_key() || event.meta_key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
        typing: dom::typing(),
        dialog: dom::dialog_open(),
    }
}
