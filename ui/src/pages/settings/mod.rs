//! Settings: one page, sections as tabs at the left; each change is saved at once.

mod about;
mod browsers;
mod diagnostics;
mod engine;
mod general;
mod node;
mod number;
mod page;
mod remove_now;
mod retention;
mod row;

pub use page::Settings;
