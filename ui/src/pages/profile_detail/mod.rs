//! One profile: what it is, its settings, its runs.

mod history;
mod overview;
mod page;
mod settings;

pub use page::ProfileDetail;
