//! Output of an attempt: drained, redacted, cut into lines, kept in files, shown live, read again.

mod drain;
mod lines;
mod live;
mod log_file;
mod read;
mod recorder;

pub use drain::drain;
pub use log_file::Quota;
pub use read::{attempt_folder, read_log};
pub use recorder::{Recorded, Recorder};
