//! Proxies from a pasted text, in every usual notation. What can be read in several ways is asked about, not guessed.

mod columns;
mod entry;
mod line;
mod paste;
mod table;
mod word;

pub use entry::{BadLine, Candidate, Notation, ProxyEntry, Reading};
pub use paste::{Paste, PastedLine};

#[cfg(test)]
mod tests;
