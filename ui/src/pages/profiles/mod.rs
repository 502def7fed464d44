//! The list of profiles, and the dialogs that make, change, import and export them.

mod actions;
mod cells;
mod dialog;
mod empty;
mod export;
mod fields;
mod finder;
mod page;
mod save_set;
mod storage_fields;

pub(super) use actions::{ProfileDialog, use_profile_actions};
pub(super) use dialog::ProfileEditor;
pub(super) use export::ExportDialog;
pub(super) use fields::ProfileFields;
pub(super) use finder::Finder;
pub use page::Profiles;
