//! What journeys need: a desktop of their own, the window, the command line.

pub(crate) mod cli;
pub(crate) mod desktop;
pub(crate) mod keychain;
pub(crate) mod owned;
pub(crate) mod patience;
pub(crate) mod proxy;
pub(crate) mod rounds;
pub(crate) mod screen;
pub(crate) mod scripts;
pub(crate) mod search;
pub(crate) mod shop;
pub(crate) mod small_disk;
pub(crate) mod tray_host;
pub(crate) mod webdriver;
pub(crate) mod window;
pub(crate) mod worker;
