//! Building the app and opening it.

mod screen;
mod virtual_display;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::console;
use crate::environment;
use crate::layout;
use crate::process::{Cmd, Group, Interrupt};
use crate::setup::{self, Purpose, Tools};
use crate::ui_build::{self, Ui};

/// How often the end of the app and Ctrl-C are looked for.
const TICK: Duration = Duration::from_millis(100);

/// Builds the programs of the app with the window inside. The tests build the same set of packages, so
/// that both share every dependency.
pub(crate) fn build_app() -> Result<bool> {
    let clock = console::heading("app");
    let built = Cmd::cargo()
        .arg("build")
        .args(SELECTION)
        .args(["--bin", "drover", "--bin", "drover-cli"])
        .succeeds()?;
    clock.done(if built { "built" } else { "FAILED" });
    Ok(built)
}

/// All packages of the host but xtask, which would replace itself while it runs.
pub(crate) const SELECTION: &[&str] = &[
    "--workspace",
    "--exclude",
    "drover-ui",
    "--exclude",
    "xtask",
    "--features",
    "drover/embedded",
];

/// `cargo xtask run`.
pub(crate) fn run(once: bool) -> Result<ExitCode> {
    let virtual_display = !environment::has_display();
    if once && !virtual_display {
        bail!("`--once` is for machines without a display; here the app is simply opened");
    }
    let tools = setup::prepare(Purpose::Run { virtual_display })?;
    ui_build::build(&tools, Ui::Window)?;
    if !build_app()? {
        return Ok(ExitCode::FAILURE);
    }
    if environment::is_root() && environment::var(NO_SANDBOX).is_none() {
        println!(
            "\n   As root, Chrome cannot use its sandbox and will not start. To run tasks as root"
        );
        println!("   all the same, start this with {NO_SANDBOX}=1; better, be another user.");
    }
    if virtual_display {
        virtual_display::open(&tools, once)
    } else {
        open(&tools)
    }
}

/// Lets Chrome start as root; set by a person, never by `run`.
pub(crate) const NO_SANDBOX: &str = "DROVER_UNSAFE_NO_SANDBOX";

/// Opens the app on the display that is there and waits for its end.
fn open(tools: &Tools) -> Result<ExitCode> {
    console::heading("open");
    let app = Cmd::new(layout::debug_program("drover")).envs(tools.env());
    let mut app = Group::start(app)?;
    let interrupt = Interrupt::listen()?;
    while !interrupt.came() {
        if let Some(status) = app.ended()? {
            return Ok(if status.success() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
        std::thread::sleep(TICK);
    }
    Ok(ExitCode::SUCCESS)
}
