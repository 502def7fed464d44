//! `cargo xtask nightly`: the tests that repeat themselves, often.

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::process::Cmd;

/// How often, when nothing else is said.
const ROUNDS: u32 = 100;
/// What the names of those tests contain.
const FILTER: &str = "endurance";

/// Runs them as `cargo xtask test` does, with more rounds.
pub(crate) fn nightly(rounds: Option<u32>) -> Result<ExitCode> {
    let rounds = rounds.unwrap_or(ROUNDS);
    println!("{rounds} rounds of every test with `{FILTER}` in its name");
    let own = std::env::current_exe().context("failed to find this program")?;
    let passed = Cmd::new(own)
        .args(["test", FILTER])
        .env("DROVER_ROUNDS", rounds.to_string())
        .env("NEXTEST_PROFILE", "nightly")
        .succeeds()?;
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
