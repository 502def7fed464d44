//! Why a command got no result.

use std::time::Duration;

/// A failure of one command.
#[derive(Debug, thiserror::Error)]
pub enum CdpError {
    /// The pipe ended: the browser is gone.
    #[error("the browser is gone")]
    Gone,
    /// The session ended: the page was closed.
    #[error("the page was closed")]
    Detached,
    /// The page's process died.
    #[error("the page crashed")]
    Crashed,
    /// Chrome, or the page, did not answer in time.
    #[error("`{method}` got no answer within {} s", limit.as_secs_f32())]
    Silent {
        /// The command.
        method: &'static str,
        /// The limit.
        limit: Duration,
    },
    /// Chrome refused the command.
    #[error("`{method}` was refused: {message} ({code})")]
    Refused {
        /// The command.
        method: &'static str,
        /// Chrome's code.
        code: i64,
        /// Chrome's words.
        message: String,
    },
    /// The command or its reply has another shape than this program knows.
    #[error("`{method}` has an unexpected shape")]
    Shape {
        /// The command.
        method: &'static str,
        /// Where it differs.
        #[source]
        source: serde_json::Error,
    },
}
