//! The first run.

mod page;
mod start_card;

pub use page::Welcome;
