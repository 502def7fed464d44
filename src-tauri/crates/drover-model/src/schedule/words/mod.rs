//! Schedules in words that people say. A language is a table of words and of small
//! sentences with holes; how they go together is the same for all.

mod cron;
mod english;
mod german;
mod reason;
mod table;
#[cfg(test)]
mod tests;
mod trigger;

pub use table::{Language, Words};
