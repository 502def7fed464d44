//! Whole attempts: real processes, real Node, real Chromium, the managed Playwright.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and these are their helpers"
)]

mod bench;
mod commands;
mod endurance;
mod pages;
mod scripts;
mod steps;
mod stops;
