//! Live pictures of a running browser, for the eye alone: small, few, never stored.
//!
//! One capture a browser, shared by all who look at it, and only while somebody does. It wakes no page, brings none
//! to the front, and uses sessions of its own, so what drives the pages does not notice.

mod director;
mod lens;
mod pages;
mod shot;
mod viewers;

pub(crate) use shot::shot;
pub(crate) use viewers::Previews;
pub use viewers::{Preview, QUICKEST_PREVIEW, SLOWEST_PREVIEW};

use std::sync::Arc;

/// A JPEG of at most 480 × 300 pixels. Clones are the same bytes.
type Frame = Arc<[u8]>;
