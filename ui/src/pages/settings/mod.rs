//! Settings: one page, sections as tabs at the left; each change is saved at once.

mod about;
mod browsers;
mod diagnostics;
mod engine;
mod general;
mod node;
mod page;
mod row;

pub use page::Settings;
