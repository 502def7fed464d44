//! The grammar of the command line. The verbs of a noun stand in the noun's own file.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    artifacts::ArtifactsArgs, attach::AttachArgs, batch::BatchVerb, browser::BrowserVerb,
    cancel::CancelArgs, completions::CompletionsArgs, cookies::CookiesVerb, doctor::DoctorArgs,
    extension::ExtensionVerb, log::LogArgs, profile::ProfileVerb, proxy::ProxyVerb,
    queue::QueueVerb, rerun::RerunArgs, retention::RetentionVerb, run::RunArgs, runs::RunsArgs,
    schedule::ScheduleVerb, settings::SettingsVerb, settle::SettleArgs, show::ShowArgs,
    task::TaskVerb, token::TokenVerb, why::WhyArgs,
};

/// Runs tasks in Chrome profiles.
#[derive(Debug, Parser)]
#[command(
    name = "drover-cli",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Example:\n  drover-cli profile add anna\n  drover-cli task add -f check.toml\n  drover-cli run check --profile anna --follow\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 timed out, 4 cancelled, 5 lost,\n6 skipped or expired, 10 no such thing, 11 in use, 12 keychain, 13 data folder or disk,\n14 refused, 130 interrupted."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub globals: Globals,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Globals {
    /// The data folder; otherwise `DROVER_DATA_DIR`, or the platform's own
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Print one JSON document on standard output, and nothing else there
    #[arg(long, global = true)]
    pub json: bool,
    /// Say more
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// A noun, or a verb that needs none.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check browser, Node, Playwright, keychain, data folder, disk and display
    Doctor(DoctorArgs),
    /// Chrome profiles
    #[command(
        subcommand,
        after_help = "Example:\n  drover-cli profile add anna --tag eu"
    )]
    Profile(ProfileVerb),
    /// Proxies that profiles and tasks can name
    #[command(
        subcommand,
        after_help = "Example:\n  drover-cli proxy add eu-1 http://eu-1.example:8080"
    )]
    Proxy(ProxyVerb),
    /// Tokens in the keychain of the operating system
    #[command(
        subcommand,
        after_help = "Example:\n  drover-cli token set shop-api < token.txt"
    )]
    Token(TokenVerb),
    /// Tasks: what to run
    #[command(
        subcommand,
        after_help = "Example:\n  drover-cli task add -f check.toml"
    )]
    Task(TaskVerb),
    /// Start a task now
    Run(RunArgs),
    /// List runs, newest first
    Runs(RunsArgs),
    /// Show one run: state, plan, steps, outputs, files
    Show(ShowArgs),
    /// Print the output of a run
    Log(LogArgs),
    /// Say what a queued run waits for
    Why(WhyArgs),
    /// Stop a run, or every one that matches
    Cancel(CancelArgs),
    /// Start a run again, or every ended one that matches
    Rerun(RerunArgs),
    /// Answer a lost run that asks what to do: nothing more
    Settle(SettleArgs),
    /// What is kept of ended runs
    #[command(subcommand, after_help = "Example:\n  drover-cli retention preview")]
    Retention(RetentionVerb),
    /// List, save or show the files that a run left
    Artifacts(ArtifactsArgs),
    /// The queue of runs
    #[command(subcommand, after_help = "Example:\n  drover-cli queue pause")]
    Queue(QueueVerb),
    /// Rules that start tasks by themselves
    #[command(
        subcommand,
        after_help = "Example:\n  drover-cli schedule add -f mornings.toml"
    )]
    Schedule(ScheduleVerb),
    /// The many runs of one start
    #[command(subcommand, after_help = "Example:\n  drover-cli batch list --live")]
    Batch(BatchVerb),
    /// Cookies of a profile
    #[command(
        subcommand,
        after_help = "Example:\n  drover-cli cookies import anna cookies.json"
    )]
    Cookies(CookiesVerb),
    /// Extensions of a profile
    #[command(
        subcommand,
        after_help = "Example:\n  drover-cli extension add anna ./helper.crx"
    )]
    Extension(ExtensionVerb),
    /// Browsers on this machine
    #[command(subcommand, after_help = "Example:\n  drover-cli browser list")]
    Browser(BrowserVerb),
    /// What can be set
    #[command(
        subcommand,
        after_help = "Example:\n  drover-cli settings set language german"
    )]
    Settings(SettingsVerb),
    /// Open an endpoint for a tool of your own, to a run or a profile
    Attach(AttachArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// Every command of the tree, in words.
    fn all() -> Vec<String> {
        fn collect(words: &str, command: &clap::Command, all: &mut Vec<String>) {
            all.push(words.to_owned());
            for sub in command.get_subcommands() {
                collect(&format!("{words} {}", sub.get_name()), sub, all);
            }
        }
        let mut commands = Vec::new();
        collect("drover-cli", &Cli::command(), &mut commands);
        commands
    }

    #[test]
    fn the_grammar_is_consistent() {
        Cli::command().debug_assert();
    }

    /// What `--help` prints.
    fn help_of(words: &str) -> String {
        let typed = words.split(' ').chain(["--help"]);
        Cli::try_parse_from(typed).unwrap_err().to_string()
    }

    #[test]
    fn every_help_has_an_example_that_can_be_typed() {
        for words in all() {
            let help = help_of(&words);
            let examples = help.split_once("Example:\n").map(|(_, rest)| rest);
            let examples = examples.unwrap_or_else(|| panic!("`{words}` has no example"));
            for line in examples.lines().filter(|line| line.starts_with("  ")) {
                let typed = line.split([';', '<', '>', '|']).next().unwrap_or_default();
                let typed =
                    shlex::split(typed).unwrap_or_else(|| panic!("`{line}` ends in a word"));
                Cli::try_parse_from(typed)
                    .unwrap_or_else(|error| panic!("`{line}` of `{words}`: {error}"));
            }
        }
    }

    #[test]
    fn help() {
        let helps = all()
            .into_iter()
            .map(|words| format!("$ {words} --help\n{}", help_of(&words)));
        insta::assert_snapshot!(helps.collect::<Vec<_>>().join("\n"));
    }
}
