//! Journeys: Drover as its users meet it. The real window, the real command line, a real
//! keychain on a private session bus, Debian's Chromium, Playwright under Node.
//!
//! `cargo xtask test` says where the programs are (`DROVER_BIN`, `DROVER_CLI_BIN`,
//! `DROVER_TAURI_DRIVER`, `DROVER_NODE_TOOLS`). A journey that lacks one fails and names it.
#![expect(clippy::unwrap_used, reason = "a journey that cannot go on has failed")]
#![expect(
    clippy::disallowed_methods,
    reason = "journeys start Drover from outside, as a desktop does"
)]

mod journeys;
mod support;
