//! The control protocol between Drover and task code: JSON lines on descriptors 3 and 4.

mod artifact;
mod channel;
mod framing;
mod message;
mod rate;

pub use artifact::{ArtifactError, ArtifactFile, resolve_artifact};
pub use channel::{ChildEnds, Control, Counts, open};
pub(crate) use channel::{Pipes, pipes};
pub use message::{Message, Order, Parsed, parse};
