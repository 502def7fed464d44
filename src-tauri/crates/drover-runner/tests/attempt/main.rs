//! Whole attempts: real processes, real Node, real Chromium, the managed Playwright.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and these are their helpers"
)]

mod apart;
mod arguments;
mod bench;
mod by_hand;
mod cancels;
mod commands;
mod discovery;
mod drover_module;
mod ends;
mod endurance;
mod evidence;
mod faults;
mod fidelity;
mod heard;
mod limits;
mod pages;
mod python;
mod python_alone;
mod recordings;
mod scripts;
mod site;
mod spares;
mod steps;
mod stops;
mod suites;
mod typed;
mod versions;
mod viewer;
mod way_out;
