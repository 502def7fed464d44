//! Which browsers are installed, and their versions.

mod brand;
mod linux;
mod macos;
mod places;
mod version;
mod windows;

pub use brand::Brand;
pub use places::{FoundBrowser, Platform, candidates, find};
pub use version::Version;
