//! What happens to the window after Trunk has built it, before it is put into place.

mod budget;
mod post;
mod style;
mod wasm;

pub(crate) use post::{PATH_FOR_WASM_OPT, WASM_OPT, ui_post};
