//! `run`: starts a task now.

use clap::Args;
use drover_model::{
    Priority,
    request::{StartOptions, StartTask},
};
use serde_json::Value;

use crate::{
    commands::watching::{WatchArgs, started},
    failure::Outcome,
    session::Session,
};

/// What is started, and with what.
#[derive(Debug, Args)]
#[command(
    after_help = "One run is started for each profile. With --json the document is {\"runs\": […]}.\n\nExample:\n  drover-cli run check --profile anna --param url=https://example.test/ --follow"
)]
pub(crate) struct RunArgs {
    /// Name or id of the task
    task: String,
    #[command(flatten)]
    options: OptionArgs,
    #[command(flatten)]
    watch: WatchArgs,
}

/// Beyond what the task says itself.
#[derive(Debug, Args)]
pub(super) struct OptionArgs {
    /// In this profile, instead of the task's own choice; may be given several times
    #[arg(long = "profile", value_name = "PROFILE")]
    profiles: Vec<String>,
    /// In every profile with this tag, instead of the task's own choice
    #[arg(long, conflicts_with = "profiles")]
    tag: Option<String>,
    /// With --tag: so many of its profiles, picked at random
    #[arg(long, requires = "tag", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pick: Option<u32>,
    /// A value for a parameter; may be given several times
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = param)]
    params: Vec<(String, String)>,
    /// 0 is last, 9 is first; 5 when not said
    #[arg(
        long,
        value_name = "0-9",
        default_value = "5",
        hide_default_value = true
    )]
    priority: Priority,
}

impl From<OptionArgs> for StartOptions {
    fn from(args: OptionArgs) -> Self {
        // Texts; the parameter's own type reads a number or a boolean out of them.
        let params = args.params.into_iter();
        Self {
            profiles: args.profiles,
            tag: args.tag,
            pick: args.pick,
            params: params
                .map(|(name, value)| (name, Value::String(value)))
                .collect(),
            priority: args.priority,
        }
    }
}

fn param(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

/// Starts it.
pub(crate) async fn run(args: RunArgs, session: &Session) -> Outcome {
    let request = StartTask {
        task: args.task,
        options: args.options.into(),
        request_id: None,
    };
    let rows = session.backend.call(request).await?;
    started(rows, false, &args.watch, session).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use clap::Parser;

    fn options(typed: &str) -> Result<StartOptions, clap::Error> {
        let words = ["drover-cli", "run", "check"];
        let cli = Cli::try_parse_from(words.into_iter().chain(typed.split_whitespace()))?;
        let Command::Run(args) = cli.command else {
            panic!("another command")
        };
        Ok(args.options.into())
    }

    #[test]
    fn options_are_collected() {
        let given =
            options("--profile anna --profile bo --param url=https://e.test/?a=b --param n=")
                .unwrap();
        assert_eq!(given.profiles, ["anna", "bo"]);
        assert_eq!(given.params["url"], "https://e.test/?a=b");
        assert_eq!(given.params["n"], "");
    }

    #[test]
    fn mistakes_are_usage_errors() {
        assert!(
            options("--param url")
                .unwrap_err()
                .to_string()
                .contains("write it as NAME=VALUE")
        );
        assert!(options("--param =x").is_err());
        assert!(options("--tag eu --profile anna").is_err());
    }
}
