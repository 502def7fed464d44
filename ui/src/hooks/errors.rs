//! Leads to the first field that is wrong.

use drover_model::FieldErrors;
use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::bridge::dom;

/// Focuses the first field that is marked as wrong whenever new errors are shown.
#[hook]
pub fn use_focus_first_error(errors: &FieldErrors) {
    use_effect_with(errors.clone(), |errors| {
        // After the drawing, since only then the field is marked.
        let timer = (!errors.0.is_empty()).then(|| Timeout::new(0, dom::focus_invalid));
        move || drop(timer)
    });
}
