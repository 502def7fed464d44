//! `runs`: the history, newest first.

use clap::{Args, builder::PossibleValuesParser, builder::TypedValueParser};
use drover_model::{
    BatchId, RunId, RunRow, RunState,
    request::{GetSchedule, ListRuns},
};
use jiff::Timestamp;

use crate::{
    failure::{Failure, Outcome, invalid},
    session::Session,
    table::{table, toned},
    when,
    words::{Tone, duration, first_line, or_dash, plural, relative},
};

/// By what runs are chosen.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// In any of these states, separated by commas
    #[arg(long = "state", value_name = "STATE", value_delimiter = ',', value_parser = state(), hide_possible_values = true)]
    states: Vec<RunState>,
    /// Of this task, by name or id
    #[arg(long)]
    task: Option<String>,
    /// In this profile, by name or id
    #[arg(long)]
    profile: Option<String>,
    /// Queued since then: `2h`, `2026-11-23` or an RFC 3339 time
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
}

/// The same, read.
#[derive(Debug, PartialEq, Eq, Default)]
pub(crate) struct Filter {
    pub(crate) states: Vec<RunState>,
    pub(crate) task: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) since: Option<Timestamp>,
}

impl FilterArgs {
    /// Reads the time; it may be as long ago as it is written.
    pub(crate) fn read(self, session: &Session) -> Result<Filter, Failure> {
        let since = self
            .since
            .map(|text| when::since(&text, session.now))
            .transpose()
            .map_err(|problem| invalid("since", problem))?;
        Ok(Filter {
            states: self.states,
            task: self.task,
            profile: self.profile,
            since,
        })
    }
}

/// Which runs.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  drover-cli runs --state failed,timed_out --task check --since 24h --limit 20"
)]
pub(crate) struct RunsArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// Made by this schedule, by name or id, with the times that it skipped
    #[arg(long, value_name = "SCHEDULE")]
    schedule: Option<String>,
    /// Of this batch
    #[arg(long, value_name = "ID")]
    batch: Option<BatchId>,
    /// Only those that wait for a person
    #[arg(long)]
    needs_you: bool,
    /// At most this many
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: u32,
    /// Only those older than this run
    #[arg(long, value_name = "ID")]
    cursor: Option<RunId>,
}

fn state() -> impl TypedValueParser<Value = RunState> {
    PossibleValuesParser::new(RunState::ALL.map(RunState::key))
        .map(|key| RunState::from_key(&key).expect("BUG: the key of a state"))
}

/// Lists them.
pub(crate) async fn runs(args: RunsArgs, session: &Session) -> Outcome {
    let filter = args.filter.read(session)?;
    let schedule = match args.schedule {
        Some(schedule) => {
            let request = GetSchedule { schedule, count: 1 };
            Some(session.backend.call(request).await?.schedule.id)
        }
        None => None,
    };
    let request = ListRuns {
        schedule,
        batch: args.batch,
        missed: None,
        states: filter.states,
        task: filter.task,
        profile: filter.profile,
        since: filter.since,
        needs_you: args.needs_you,
        cursor: args.cursor,
        limit: args.limit,
    };
    let found = session.backend.call(request).await?;
    let out = &session.out;
    if found.rows.is_empty() {
        out.note("no run matches; `drover-cli run TASK` starts one");
    }
    out.answer(&found, |found| rows(&found.rows, session.now, out.colour))?;
    if let Some(next) = found.next {
        let total = plural(found.total as usize, "run");
        out.note(&format!(
            "{total} match; `--cursor {next}` shows the next ones"
        ));
    }
    Ok(0)
}

/// Runs as a table.
pub(super) fn rows(runs: &[RunRow], now: Timestamp, colour: bool) -> String {
    let rows = runs.iter().map(|run| {
        // Of a success there is nothing more to say.
        let message = run
            .message
            .as_ref()
            .filter(|_| run.state != RunState::Succeeded);
        [
            run.id.to_string().into(),
            toned(run.state.key(), Tone::of(run.state)),
            run.task.to_string().into(),
            or_dash(run.profile.as_ref()).into(),
            relative(run.queued_at, now).into(),
            run.ran_ms.map_or_else(|| "-".to_owned(), duration).into(),
            message.map_or("", |message| first_line(message)).into(),
        ]
    });
    table(
        ["ID", "STATE", "TASK", "PROFILE", "QUEUED", "RAN", "MESSAGE"],
        rows,
        colour,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use clap::Parser;

    #[test]
    fn states_may_be_listed() {
        let typed = [
            "drover-cli",
            "runs",
            "--state",
            "failed,timed_out",
            "--state",
            "lost",
        ];
        let Command::Runs(args) = Cli::try_parse_from(typed).unwrap().command else {
            panic!("another command")
        };
        assert_eq!(
            args.filter.states,
            [RunState::Failed, RunState::TimedOut, RunState::Lost]
        );
    }
}
