//! The vault: tokens by name; their values are in the system keychain.

mod dialog;
mod keychain_panel;
mod page;
mod remove;

pub use page::Vault;
