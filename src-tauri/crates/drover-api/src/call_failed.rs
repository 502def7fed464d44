//! Errors that arise between a caller and the engine.

use drover_model::{Code, CommandError};

/// No request has that name.
pub(crate) fn unknown_command(name: &str) -> CommandError {
    let shown: String = name.chars().take(64).collect();
    CommandError::new(Code::Invalid, format!("there is no command `{shown}`"))
        .hint("use the same version of Drover on both ends")
        .field("call")
}

/// The requests whose body may hold a secret. What is wrong with it is not repeated, since
/// the text of the error would quote the value that stands in the wrong place.
const SECRETIVE: [&str; 5] = [
    "set_token",
    "save_proxy",
    "import_profiles",
    "import_proxies",
    "import_cookies",
];

/// The body is not the request of that name.
pub(crate) fn malformed_body(name: &str, error: &serde_json::Error) -> CommandError {
    let message = if SECRETIVE.contains(&name) {
        format!("the body of `{name}` does not have the form of that request")
    } else {
        format!("the body of `{name}` cannot be read: {error}")
    };
    CommandError::new(Code::Invalid, message).field("body")
}

/// The line itself is not a call.
pub(crate) fn malformed_line(error: &serde_json::Error) -> CommandError {
    CommandError::new(Code::Invalid, format!("the line is not a call: {error}"))
        .hint("send one JSON object a line: `{\"id\":1,\"call\":\"list_tasks\",\"body\":{}}`")
}

/// The answer of the other end is not what was asked for.
pub(crate) fn malformed_answer(name: &str, error: &serde_json::Error) -> CommandError {
    // Only the category, since an answer may hold what a person wrote.
    let category = format!("{:?}", error.classify()).to_lowercase();
    CommandError::new(
        Code::Internal,
        format!("the answer to `{name}` cannot be read ({category} error)"),
    )
    .hint("use the same version of Drover on both ends")
}

/// The other end went away while an answer was awaited.
pub(crate) fn hung_up() -> CommandError {
    CommandError::new(Code::Internal, "the running Drover closed the connection")
        .hint("look whether Drover is still running, then try again")
}

/// A reader of a stream did not keep up.
pub(crate) fn fell_behind() -> CommandError {
    CommandError::new(
        Code::Internal,
        "the stream was ended because its reader fell behind",
    )
    .hint("watch the run again from the last line that was read")
}

/// A stream that was opened twice, or too many of them.
pub(crate) fn no_stream(message: impl Into<String>) -> CommandError {
    CommandError::new(Code::Invalid, message).field("id")
}
