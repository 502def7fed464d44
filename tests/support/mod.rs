//! What journeys need: a desktop of their own, the window, the command line.

pub(crate) mod cli;
pub(crate) mod desktop;
pub(crate) mod owned;
pub(crate) mod patience;
pub(crate) mod search;
pub(crate) mod webdriver;
pub(crate) mod window;
