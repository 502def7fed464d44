//! Windows has no terminal mode that this crate could set without unsafe code, so a secret
//! has to be piped in there.

use std::io;

/// Refuses, because what is typed would be seen.
pub(crate) fn ask(prompt: &str) -> io::Result<String> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        format!("{prompt}: give it on standard input from a file or a pipe"),
    ))
}
