//! The row of a grid that has the focus, for keys that act on it.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::bridge::dom;

/// The key of the focused row of the grid with this test id.
pub(crate) fn focused_row(testid: &str) -> Option<String> {
    let prefix = format!("row-{testid}-");
    let row = dom::focused()?
        .closest(&format!("[data-testid^='{prefix}']"))
        .ok()
        .flatten()?;
    row.get_attribute("data-testid")?
        .strip_prefix(&prefix)
        .map(str::to_owned)
}

/// Gives the focus to the grid once its rows are here, when nothing else has it: after `g p` the arrows work at once.
#[hook]
pub(crate) fn use_landing(testid: &'static str, ready: bool) {
    use_effect_with(ready, move |ready| {
        let free = dom::focused()
            .is_none_or(|element| element.tag_name() == "BODY" || element.id() == "main");
        if *ready && free && !dom::dialog_open() {
            let row = dom::document()
                .query_selector(&format!("[data-testid^='row-{testid}-'][tabindex='0']"))
                .ok()
                .flatten();
            if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
                row.focus().ok(); // a row that just left cannot take it
            }
        }
    });
}
