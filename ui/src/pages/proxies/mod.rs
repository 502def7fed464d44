//! Proxies: where profiles leave this machine.

mod dialog;
mod page;
mod remove;

pub use page::Proxies;
