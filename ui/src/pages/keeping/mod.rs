//! What is kept of a profile: its cookies, its snapshots and disk use, its extensions, and how profiles come in.

mod bring;
mod confirm;
mod cookies;
mod disk;
mod extensions;
mod refusal;

pub(super) use bring::{Bring, bring_dialog};
pub(super) use confirm::Confirm;
pub(super) use cookies::CookiesTab;
pub(super) use disk::DiskTab;
pub(super) use extensions::ExtensionsTab;
