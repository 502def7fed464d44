//! The vault: secrets in the keychain of the operating system, or in memory for one session.
//!
//! Every call into a keychain happens on one thread of its own, named `secrets`, and has a deadline, because a
//! keychain may wait for a person, for a dead service, or for ever. What the keychain is like right now is a
//! [`State`] that the window can show.
//!
//! It is not a store of its own: there is no file, no encryption and no fallback that writes a value anywhere but
//! into the keychain. It knows no tokens, only a [`Reference`] for each; names and kinds of tokens are rows elsewhere.

mod actor;
mod backend;
#[cfg(feature = "testing")]
pub mod conformance;
mod entry;
mod error;
#[cfg(feature = "testing")]
mod faults;
mod keychain;
mod lane;
mod memory;
#[cfg_attr(windows, path = "platform/windows.rs")]
#[cfg_attr(target_os = "macos", path = "platform/macos.rs")]
#[cfg_attr(all(unix, not(target_os = "macos")), path = "platform/linux.rs")]
mod platform;
mod state;
mod vault;

pub use backend::{Backend, Reference};
pub use error::{Error, Result};
#[cfg(feature = "testing")]
pub use faults::Faults;
pub use state::State;
pub use vault::{LONGEST_SECRET, Vault};
