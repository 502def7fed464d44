//! The browsers that run, and the parts by which other screens show them.

mod badge;
mod button;
mod card;
mod line;
mod live_view;
mod page;
mod preview;

pub(super) use badge::BrowserBadge;
pub(super) use button::BrowserButton;
pub(super) use line::{BrowserLine, holder_words};
pub(super) use live_view::{LiveView, use_live_pictures};
pub use page::Browsers;
