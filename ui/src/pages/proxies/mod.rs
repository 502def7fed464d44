//! Proxies: where profiles leave this machine.

mod address;
mod checks;
mod detail;
mod dialog;
mod page;
mod paste;
mod pools;
mod remove;
mod row;
mod rules;

pub use detail::ProxyDetail;
pub use page::Proxies;
