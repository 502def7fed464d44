//! `drover-cli`: what the window can do, from the command line. It talks to a Drover that is
//! running on the data folder, or runs the engine itself for as long as it needs.
//!
//! What it is not: it has no use cases of its own. It reads arguments, sends requests, and
//! prints the replies.

mod args;
mod backend;
mod bars;
mod commands;
mod failure;
mod find;
mod follow;
mod interrupts;
mod new_file;
mod output;
mod perform;
#[cfg_attr(unix, path = "secret_input/unix.rs")]
#[cfg_attr(windows, path = "secret_input/windows.rs")]
mod secret_input;
mod session;
mod standard_input;
mod table;
mod task_text;
mod when;
mod words;

use std::{process::ExitCode, time::Duration};

use clap::Parser;

use crate::{args::Cli, failure::usage, output::Output, perform::perform};

/// How long threads that still wait for the system may hold up the end of the process.
const LAST_WAIT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error, std::env::args_os()),
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "one command has one now, and it is taken here"
    )]
    let now = jiff::Timestamp::now();
    let out = Output::of(&cli.globals);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return out.failed(&error.into()),
    };
    let outcome = runtime.block_on(perform(cli, &out, now));
    runtime.shutdown_timeout(LAST_WAIT);
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => out.failed(&failure),
    }
}
