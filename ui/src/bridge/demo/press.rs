//! Presses and types by itself, so that dialogs and answers can be photographed:
//! `&press=cookies-read|cookie-filter~shop` clicks what has that test id, and types what stands behind `~`.

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, EventInit, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

use crate::bridge::dom;

/// Milliseconds between two looks for what is to be pressed.
const PAUSE: u32 = 40;
/// Looks before it is given up.
const LOOKS: u32 = 60;

/// Does what the address asks for, one after the other.
pub(super) fn from_query() {
    let Some(script) = dom::query("press") else {
        return;
    };
    spawn_local(async move {
        for order in script.split('|') {
            let (id, text) = match order.split_once('~') {
                Some((id, text)) => (id, Some(text)),
                None => (order, None),
            };
            let mut looks = 0;
            while looks < LOOKS && !press(id, text) {
                TimeoutFuture::new(PAUSE).await;
                looks += 1;
            }
            TimeoutFuture::new(PAUSE).await;
        }
    });
}

/// Whether it was there.
fn press(id: &str, text: Option<&str>) -> bool {
    let found = dom::document()
        .query_selector(&format!("[data-testid=\"{id}\"]"))
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let Some(element) = found else { return false };
    let Some(text) = text else {
        element.click();
        return true;
    };
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        input.set_value(text);
    } else if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(text);
    }
    let init = EventInit::new();
    init.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict("input", &init) {
        element.dispatch_event(&event).ok(); // nobody refuses it
    }
    true
}
