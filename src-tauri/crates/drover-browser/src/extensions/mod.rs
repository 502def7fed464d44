//! Extensions of a profile: unpacked from a folder, a `.zip` or a `.crx` into a folder of the profile, loaded over the
//! pipe, and shown as loaded only when the browser lists them.

mod crx;
mod digest;
mod error;
mod install;
mod load;
mod manifest;
mod unpack;

pub use error::ExtensionError;
pub use install::{Installed, install, installed, recover, remove};
pub use load::{FLAG, load, unload};
