//! One profile: what it is, its settings, its runs.

mod headers;
mod history;
mod overrides;
mod overview;
mod page;
mod settings;
mod sign_ins;

pub use page::ProfileDetail;
