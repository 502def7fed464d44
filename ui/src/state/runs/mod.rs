//! Runs: the list, one run as it goes on, and what is said about it.

mod bars;
mod list;
mod retention_words;
mod verdict;
mod view;

pub use bars::{Bar, Span, SpanKind, bars, waited_and_ran};
pub use list::Runs;
pub use retention_words::{goes_words, stays_words};
pub use verdict::{Verdict, cause, verdict, waits};
pub use view::{RunView, ViewAction};
