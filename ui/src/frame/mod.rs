//! What surrounds every screen: top bar, sidebar, banner, status bar, keys and palette.

pub mod appearance;

mod banner;
pub(crate) mod commands;
mod keys;
mod screen;
mod sidebar;
mod startup_problem;
mod status_bar;
mod top_bar;
mod window;

pub use startup_problem::StartupProblem;
pub use window::Frame;
