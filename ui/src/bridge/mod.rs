//! The way to the engine: Tauri's in the app, a seeded one in a plain browser.

pub mod clock;
pub mod dom;

mod any;
#[cfg(feature = "demo")]
mod demo;
mod guard;
mod in_order;
mod link;
mod tauri;

pub use any::{AnyBackend, Backend};
pub use guard::Guard;
pub use in_order::InOrder;
pub use link::Link;
