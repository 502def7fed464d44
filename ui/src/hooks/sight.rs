//! Whether something can be seen at all: only then it is worth its work.

use web_sys::Element;
use yew::prelude::*;

use crate::bridge::dom;

/// Whether the element is in view in a window that is shown.
#[hook]
pub fn use_in_sight(node: &NodeRef) -> bool {
    let in_view = use_state_eq(|| false);
    let shown = use_state_eq(|| !dom::document().hidden());
    {
        let in_view = in_view.setter();
        use_effect_with(node.clone(), move |node| {
            let element = node.cast::<Element>();
            let guard =
                element.map(|element| dom::on_in_view(&element, move |now| in_view.set(now)));
            move || drop(guard)
        });
    }
    {
        let shown = shown.setter();
        use_effect_with((), move |()| {
            let guard = dom::on_visibility(move |now| shown.set(now));
            move || drop(guard)
        });
    }
    *in_view && *shown
}
