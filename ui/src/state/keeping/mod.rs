//! What is kept of a profile, as the window shows it: cookies, snapshots, disk use, extensions, imports.

mod book;
mod cookie_words;
mod extensions;
mod import_words;
mod paths;
mod snapshots;
mod usage;

pub use book::{BookAction, CookieBook, DomainRows};
pub use cookie_words::{Verdict, cookie_traits, import_line, undone_line, verdict};
pub use extensions::{ExtensionRow, LoadState, extension_rows};
pub use import_words::{ImportLine, foreign_label, import_lines};
pub use paths::path_problem;
pub use snapshots::{snapshot_why, swept_line};
pub use usage::{UsagePart, usage_parts};
