//! Profiles: the list, the form, and what an import says.

mod cache;
mod encryption_words;
mod form;
mod form_action;
mod import;
mod list;
mod overrides;
mod overrides_written;
mod selection;

pub use encryption_words::{encryption_hint, encryption_word};
pub use form::ProfileForm;
pub use form_action::{FormAction, FormField};
pub use import::{JsonProblem, json_problem};
pub use list::Profiles;
pub use overrides::{HeaderRow, OverrideEdit, OverrideField, OverridesForm};
pub use selection::{Select, Selection};
