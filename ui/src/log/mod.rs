//! The log outside Yew: lines, the ring that holds them, terminal colours, find, and the painter.

mod ansi;
mod feed;
mod find;
mod line;
mod painter;
mod ring;

pub use ansi::{Piece, pieces, plain};
pub use feed::LogFeed;
pub use find::Find;
pub use line::{Line, Source};
pub use painter::{Painter, View};
pub use ring::{CAPACITY, Ring, as_text};
