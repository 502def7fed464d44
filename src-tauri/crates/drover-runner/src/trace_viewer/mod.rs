//! Playwright's trace viewer, opened offline: a listener on the loopback address that serves one trace.

mod entrance;
mod package;
mod request;
mod serve;
mod viewer;

pub use package::viewer_for;
pub use viewer::{TraceViewer, ViewerError};
