//! What surrounds every screen: top bar, sidebar, banner, status bar, keys and palette.

pub mod appearance;

mod banner;
pub(crate) mod commands;
mod keys;
mod screen;
mod sidebar;
mod status_bar;
mod top_bar;
mod window;

pub use window::Frame;
