//! Whole attempts: real processes, real Node, real Chromium, the managed Playwright.

mod bench;
mod commands;
mod pages;
mod scripts;
mod steps;
mod stops;
