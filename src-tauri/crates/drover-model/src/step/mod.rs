//! Built-in steps: what Drover does in a page by itself, without Node.

mod action;
mod chord;
mod file;
mod locator;
mod locator_file;
mod parts;
mod read;
mod reader;
mod templates;
mod text;
mod title;
mod words;
mod write;

pub use action::{Action, Step};
pub use chord::{BadChord, Chord, Modifier};
pub use file::{CookieFile, PixelsFile, StepFile};
pub use locator::{By, Frame, FrameBy, Locator};
pub use locator_file::LocatorFile;
pub use parts::{
    Answer, Clear, CookieWork, Edge, ElementState, Expectation, Is, MouseButton, NewCookie,
    OptionPick, PictureOf, Reading, SameSite, Scroll, TabPick, Until, ValueType,
};

#[cfg(test)]
mod tests;
