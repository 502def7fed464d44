//! Keeping secret values out of everything that is stored or shown.

mod escapes;
mod forms;
mod redactor;
mod stream;

pub use forms::SHORTEST;
pub use redactor::Redactor;
pub use stream::RedactedStream;
