//! `run`: starts a task now.

use std::path::PathBuf;

use clap::Args;
use drover_model::{
    CommandError, Priority,
    request::{BatchStart, StartBatch, StartOptions, StartTask, WaitsFor},
    schedule::{BatchFile, EndedAs},
};
use serde_json::Value;

use crate::{
    commands::{
        batch::runs_of,
        watching::{WatchArgs, started},
    },
    failure::{Outcome, invalid},
    find,
    session::Session,
    standard_input::read_text,
    words::plural,
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
    fan: FanArgs,
    #[command(flatten)]
    gate: GateArgs,
    #[command(flatten)]
    watch: WatchArgs,
}

/// What has to end first.
#[derive(Debug, Args)]
struct GateArgs {
    /// Wait until this run has ended, by its id or the last characters of it
    #[arg(long, value_name = "RUN")]
    after: Option<String>,
    /// With --after: how it has to end; when it ends otherwise, nothing is run
    #[arg(
        long,
        value_name = "END",
        requires = "after",
        default_value = "succeeded"
    )]
    on: End,
}

/// The ends that can be waited for.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum End {
    Succeeded,
    Failed,
    Any,
}

impl GateArgs {
    async fn read(self, session: &Session) -> Result<Option<WaitsFor>, CommandError> {
        let Some(after) = self.after else {
            return Ok(None);
        };
        let on = match self.on {
            End::Succeeded => EndedAs::Succeeded,
            End::Failed => EndedAs::Failed,
            End::Any => EndedAs::Any,
        };
        let run = find::run(&session.backend, &after).await?;
        Ok(Some(WaitsFor { run, on }))
    }
}

/// Over many rows, or with limits for many runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Many runs")]
struct FanArgs {
    /// A table whose header names parameters and perhaps `profile`: one run a row; `-` is standard input
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Run the good rows although others have problems
    #[arg(long, requires = "csv")]
    skip_bad_rows: bool,
    /// So many at once
    #[arg(long, value_name = "N")]
    max_parallel: Option<u32>,
    /// Spread the starts over this time, such as `10m`
    #[arg(long, value_name = "SPAN")]
    spread: Option<String>,
    /// Cancel the rest after so many failures, as a number or a share such as `20%`
    #[arg(long, value_name = "N|N%")]
    stop_after: Option<String>,
    /// Check everything and start nothing
    #[arg(long)]
    dry: bool,
}

impl FanArgs {
    const fn is_used(&self) -> bool {
        self.csv.is_some()
            || self.max_parallel.is_some()
            || self.spread.is_some()
            || self.stop_after.is_some()
            || self.dry
    }
}

/// Beyond what the task says itself.
#[derive(Debug, Args)]
pub(super) struct OptionArgs {
    /// In this profile, instead of the task's own choice; may be given several times
    #[arg(long = "profile", value_name = "PROFILE")]
    profiles: Vec<String>,
    /// In every profile with this tag, instead of the task's own choice
    #[arg(long, group = "many", conflicts_with = "profiles")]
    tag: Option<String>,
    /// In every profile of this saved set, instead of the task's own choice
    #[arg(long, group = "many", conflicts_with = "profiles")]
    set: Option<String>,
    /// With --tag or --set: so many of its profiles, picked at random
    #[arg(long, requires = "many", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
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
            set: args.set,
            pick: args.pick,
            params: params
                .map(|(name, value)| (name, Value::String(value)))
                .collect(),
            priority: args.priority,
            waits_for: None,
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
    let options = StartOptions {
        waits_for: args.gate.read(session).await?,
        ..args.options.into()
    };
    if args.fan.is_used() {
        return fan_out(args.task, args.fan, (options, &args.watch), session).await;
    }
    let request = StartTask {
        task: args.task,
        options,
        request_id: None,
    };
    let rows = session.backend.call(request).await?;
    started(rows, false, &args.watch, session).await
}

/// Starts many at once, all or none.
async fn fan_out(
    task: String,
    fan: FanArgs,
    (options, watch): (StartOptions, &WatchArgs),
    session: &Session,
) -> Outcome {
    let request = StartBatch {
        task,
        options,
        csv: fan.csv.map(|path| read_text(&path)).transpose()?,
        skip_bad_rows: fan.skip_bad_rows,
        limits: BatchFile {
            max_parallel: fan.max_parallel,
            spread: fan.spread,
            stop_after: fan.stop_after,
        },
        dry: fan.dry,
        request_id: None,
    };
    let start = session.backend.call(request).await?;
    let told = |start: &BatchStart| {
        let rows = start.rows.iter().map(|problem| {
            let column = problem.column.as_deref();
            let column = column.map(|column| format!(", column `{column}`"));
            format!(
                "line {}{}: {}",
                problem.line,
                column.unwrap_or_default(),
                problem.message
            )
        });
        let others = start
            .problems
            .iter()
            .map(|problem| format!("{}: {}", problem.field, problem.message));
        rows.chain(others).collect::<Vec<_>>()
    };
    if start.batch.is_none() && (start.runs == 0 || !fan.dry) {
        let message = format!("nothing was started\n{}", told(&start).join("\n"));
        let field = if start.rows.is_empty() {
            "batch"
        } else {
            "csv"
        };
        return Err(invalid(field, message).into());
    }
    for line in told(&start) {
        session.out.warn(&line);
    }
    let Some(batch) = &start.batch else {
        let runs = plural(start.runs as usize, "run");
        session.out.answer(&start, |_| {
            format!("{runs} would start; nothing was started")
        })?;
        return Ok(0);
    };
    session.out.note(&format!(
        "batch {}: {}",
        batch.id,
        plural(start.runs as usize, "run")
    ));
    let rows = runs_of(batch.id, session).await?;
    started(rows, false, watch, session).await
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
        assert!(options("--tag eu --set morning").is_err());
        assert!(options("--pick 3").is_err());
        assert_eq!(options("--set morning --pick 3").unwrap().pick, Some(3));
    }
}
