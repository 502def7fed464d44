//! All keys of the window: the table, and what reads strokes by it.

mod bindings;
mod stroke;

pub use bindings::{Action, BINDINGS, Binding, Group};
pub use stroke::{Keys, Stroke};
