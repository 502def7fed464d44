//! Playwright's trace viewer, opened offline: a listener on the loopback address that serves one trace.

mod request;
mod serve;
mod viewer;

pub use viewer::{TraceViewer, ViewerError};
