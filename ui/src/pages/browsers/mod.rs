//! The browsers that run, and the parts by which other screens show them.

mod badge;
mod button;
mod card;
mod line;
mod page;
mod preview;

pub(super) use badge::BrowserBadge;
pub(super) use button::BrowserButton;
pub(super) use line::{BrowserLine, holder_words};
pub use page::Browsers;
