//! One profile: what it is, its settings, its runs.

mod headers;
mod history;
mod overrides;
mod overview;
mod page;
mod settings;

pub use page::ProfileDetail;
