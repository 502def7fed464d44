//! What components reach for: the engine, the areas, toasts, keys, time.

mod actions;
mod area;
mod browser_desk;
mod context;
mod errors;
mod form;
mod job;
mod kept;
mod language;
mod lead;
mod live_picture;
mod query;
mod sight;
mod time;
mod toasts;

pub use actions::{Actions, use_action};
pub use area::{AreaHandle, AreaProvider, use_area};
pub use browser_desk::{BrowserDesk, BrowserDeskProvider, use_browser_desk};
pub use context::{RowHeights, use_facts, use_link, use_row_heights};
pub use errors::use_focus_first_error;
pub use form::{Form, use_form};
pub use job::{Job, use_job};
pub use kept::use_kept_switch;
pub use language::use_words;
pub use lead::{Lead, use_lead};
pub use live_picture::{Watched, use_live_picture};
pub use query::{Query, use_query};
pub use sight::use_in_sight;
pub use time::use_now;
pub use toasts::{ToastHandle, use_toasts};
