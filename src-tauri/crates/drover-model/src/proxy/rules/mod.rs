//! Which destinations of a profile go through its proxy, which go past it, and which go nowhere.

mod list;
mod pattern;

pub use list::{BadRule, Rule, Rules, Way};
pub use pattern::HostPattern;

#[cfg(test)]
mod tests;
