//! Format, lints and tidy.

use std::process::ExitCode;

use anyhow::Result;

use crate::console;
use crate::environment;
use crate::layout;
use crate::process::Cmd;
use crate::setup::{self, Purpose, Tools, WASM};
use crate::test::Suite;
use crate::tidy;

/// `cargo xtask check`.
pub(crate) fn command() -> Result<ExitCode> {
    let tools = setup::prepare(Purpose::Check)?;
    let suites = check(&tools)?;
    let failed: Vec<&str> = suites
        .iter()
        .filter(|suite| suite.counts.failed > 0)
        .map(|suite| suite.name.as_str())
        .collect();
    if failed.is_empty() {
        println!("\nall checks passed");
        return Ok(ExitCode::SUCCESS);
    }
    println!("\nfailed: {}", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// Runs every check, also after one that failed; each counts as one.
pub(crate) fn check(tools: &Tools) -> Result<Vec<Suite>> {
    std::fs::create_dir_all(layout::ui().join("dist"))?; // the app's context is made from this folder
    let mut suites = vec![
        step("format", || {
            Cmd::cargo().args(["fmt", "--all", "--check"]).succeeds()
        })?,
        step("tidy", tidy::tidy)?,
        step("clippy, host", || clippy_host().succeeds())?,
        step("clippy, wasm", || clippy_wasm(tools).succeeds())?,
        step("clippy, the window's tests", || {
            clippy_window_tests().succeeds()
        })?,
    ];
    if environment::find_program("cargo-deny").is_some() {
        suites.push(step("deny", || {
            let deny =
                Cmd::cargo().args(["deny", "--all-features", "check", "--config", ".deny.toml"]);
            deny.args(["bans", "licenses", "sources"]).succeeds()
        })?);
    } else {
        println!("\n   cargo-deny is not here: licences and sources were not looked at");
    }
    Ok(suites)
}

fn step(name: &str, run: impl FnOnce() -> Result<bool>) -> Result<Suite> {
    let clock = console::heading(name);
    let ok = run()?;
    let took = clock.done(if ok { "fine" } else { "FAILED" });
    Ok(Suite::of_one(name, ok, took))
}

fn clippy_host() -> Cmd {
    let cmd = Cmd::cargo().args([
        "clippy",
        "--workspace",
        "--exclude",
        "drover-ui",
        "--all-targets",
    ]);
    cmd.args(["--", "-D", "warnings"])
}

/// The window's unit tests, which run on the host and look at its demo as well. Their own folder keeps the features of
/// the app's crates from being mixed with those of the window's.
fn clippy_window_tests() -> Cmd {
    let cmd = Cmd::cargo()
        .args(["clippy", "-p", "drover-ui", "--all-targets"])
        .args(["--features", "demo"])
        .env("CARGO_TARGET_DIR", layout::wasm_target());
    cmd.args(["--", "-D", "warnings"])
}

/// The window's code as wasm. Where the compiler is not the toolchain's own, clippy cannot read what it
/// made; then the same code is checked for the host.
fn clippy_wasm(tools: &Tools) -> Cmd {
    let cmd = Cmd::cargo()
        .args(["clippy", "-p", "drover-model", "-p", "drover-ui"])
        .env("CARGO_TARGET_DIR", layout::wasm_target());
    let cmd = if tools.wasm.has_clippy {
        cmd.args(["--target", WASM])
    } else {
        println!(
            "   clippy cannot check wasm with Debian's rustc-web: checking for the host instead"
        );
        cmd
    };
    cmd.args(["--", "-D", "warnings"])
}
