//! `completions`: for bash, zsh, fish and others.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::{args::Cli, failure::Outcome, output::Output};

/// For which shell.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  drover-cli completions bash > ~/.local/share/bash-completion/completions/drover-cli"
)]
pub(crate) struct CompletionsArgs {
    shell: Shell,
}

/// Prints the script.
pub(crate) fn completions(args: &CompletionsArgs, out: &Output) -> Outcome {
    out.line(script(args.shell).trim_end())?;
    Ok(0)
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "drover-cli", &mut script);
    String::from_utf8(script).expect("BUG: completions are text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_learns_the_verbs() {
        for shell in [
            Shell::Bash,
            Shell::Zsh,
            Shell::Fish,
            Shell::PowerShell,
            Shell::Elvish,
        ] {
            let script = script(shell);
            assert!(
                ["duplicate", "doctor", "--data-dir"]
                    .iter()
                    .all(|word| script.contains(word.trim_start_matches('-'))),
                "{shell}"
            );
        }
    }
}
