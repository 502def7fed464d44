//! `cargo xtask`: sets the machine up, runs, checks, tests, measures, photographs and packs Drover.
//!
//! It is the only task runner here and imports no member of the workspace, so that it builds in seconds
//! and works while everything else is broken.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks on its standard streams"
)]

mod bench;
mod check;
mod cli;
mod console;
mod digest;
mod dist;
mod environment;
mod files;
mod layout;
mod lockfile;
mod nightly;
mod process;
mod run;
mod setup;
mod shots;
mod test;
mod tidy;
mod ui_build;
mod ui_post;
mod version;

use std::process::ExitCode;

use cli::{Command, Parsed};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command = match cli::parse(&arguments) {
        Ok(Parsed::Command(command)) => command,
        Ok(Parsed::Help(text)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    match perform(&command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run { once } => run::run(*once),
        Command::Test { filter, set_up } => test::test(filter.as_deref(), *set_up),
        Command::Nightly { rounds } => nightly::nightly(*rounds),
        Command::Bench(options) => bench::bench(options),
        Command::Check => check::command(),
        Command::Shots { filter } => shots::shots(filter.as_deref()),
        Command::Dist => dist::dist(),
        Command::UiPost => ui_post::ui_post(),
    }
}
