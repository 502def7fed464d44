//! What the schedule screens know: the lists, the editor's draft, and the words for what is due.

mod area;
mod calendar;
mod draft;
mod look;
mod pause_draft;
mod policy_words;
mod preset;

pub use calendar::{LEVELS, level, warning_words};
pub use draft::{ScheduleDraft, Trigger};
pub use look::{StateLook, last_words, next_words, pause_words, rule_text, state_look};
pub use pause_draft::SchedulePause;
pub use policy_words::{catches_up, jitter_word, missed_word, overlap_word};
pub use preset::{Preset, Rhythm, WEEKDAYS};
