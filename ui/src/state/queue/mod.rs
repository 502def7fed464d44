//! The queue: what it says of itself, and the limit that is being set.

mod limit_draft;
mod pause_draft;
mod pause_words;
mod reason;
mod view;
mod words;

pub use limit_draft::LimitDraft;
pub use pause_draft::PauseDraft;
pub use pause_words::{
    by_words, drain_percent, drain_words, left_words, paused_words, scope_hint, scope_word,
};
pub use reason::{Piece, because, pieces, timed};
pub use view::Queue;
pub use words::{
    is_full, kind_hint, kind_word, next_priority, priority_words, rate_words, standing, used,
};
