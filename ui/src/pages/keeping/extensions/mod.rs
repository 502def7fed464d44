//! The extensions of a profile: which there are, whether they work, adding and removing.

mod add;
mod remove;
mod tab;

pub(in crate::pages) use tab::ExtensionsTab;
