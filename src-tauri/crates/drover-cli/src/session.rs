//! What a command works with.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::{backend::Backend, output::Output};

/// One command's way to the engine and to the person.
pub(crate) struct Session {
    pub backend: Backend,
    pub out: Output,
    /// The one now of this command.
    pub now: Timestamp,
    /// The data folder, to print paths of files in it.
    pub data: PathBuf,
}
