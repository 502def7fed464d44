//! Cookies: read from files and written to them, set in a running browser with a result for each, and taken back.
//!
//! A value is a session. It is a secret from the file to the browser, and no error or `Debug` output has one.

mod check;
mod cookie;
mod file;
mod jar;
mod json;
mod netscape;
mod write;

pub use cookie::Cookie;
pub use file::{CookieFile, CookieFileError, read};
pub use jar::{CookieUndo, counts, delete, import, rows, stored, undo};
pub use write::{CookieText, save, write};
