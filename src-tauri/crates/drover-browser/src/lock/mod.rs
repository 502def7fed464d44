//! Who has a profile folder open, judged by Chrome's own lock, and which folders are never opened.

mod processes;
mod roots;
mod singleton;

pub use roots::refuse_default_roots;
pub(crate) use roots::roots;
pub use singleton::{LockState, claim, inspect};
