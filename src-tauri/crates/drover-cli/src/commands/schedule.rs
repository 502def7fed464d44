//! `schedule`: what a rule means, and what it would do.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use drover_model::{
    request::{PreviewSchedule, SchedulePreview},
    schedule::{Language, Problem, ScheduleFile, WhenFile},
};
use jiff::Timestamp;

use crate::{
    failure::{Failure, Outcome, invalid},
    session::Session,
    standard_input::read_text,
    table::table,
    words::plural,
};

/// What can be asked about schedules.
#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleVerb {
    /// Say what a rule means and when it is due next
    #[command(
        after_help = "Example:\n  drover-cli schedule next --cron @daily --tz Europe/Berlin -n 5"
    )]
    Next {
        #[command(flatten)]
        rule: RuleArgs,
        /// How many times
        #[arg(short = 'n', default_value_t = 10, value_name = "N")]
        count: u32,
        /// After this moment instead of now, as an RFC 3339 time
        #[arg(long, value_name = "TIME")]
        from: Option<Timestamp>,
    },
    /// Let the planner work through the coming days and say what it would do
    #[command(after_help = "Example:\n  drover-cli schedule simulate -f mornings.toml --days 365")]
    Simulate {
        #[command(flatten)]
        rule: RuleArgs,
        /// How many days
        #[arg(long, default_value_t = 365, value_name = "N")]
        days: u32,
    },
}

/// A rule: in words of its own, or in a file.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("rule").required(true)))]
pub(crate) struct RuleArgs {
    /// A cron expression of 5 or 6 fields, or a name such as `@daily`
    #[arg(long, value_name = "EXPR", group = "rule")]
    cron: Option<String>,
    /// A length of time, such as `15m`
    #[arg(long, value_name = "SPAN", group = "rule")]
    every: Option<String>,
    /// A schedule file, TOML or JSON; `-` is standard input
    #[arg(short = 'f', long, value_name = "FILE", group = "rule")]
    file: Option<PathBuf>,
    /// The time zone of the rule; this computer's when not said
    #[arg(long, value_name = "ZONE", conflicts_with = "file")]
    tz: Option<String>,
}

impl RuleArgs {
    fn read(&self) -> Result<ScheduleFile, Failure> {
        if let Some(path) = &self.file {
            let text = read_text(path)?;
            let json = text.trim_start().starts_with('{');
            let read = if json {
                serde_json::from_str(&text).map_err(|error| error.to_string())
            } else {
                toml::from_str(&text).map_err(|error| error.to_string())
            };
            return Ok(read.map_err(|problem| invalid("file", problem))?);
        }
        // Only the rule is asked about, so the names stand for nothing.
        Ok(ScheduleFile {
            name: "rule".to_owned(),
            task: "task".to_owned(),
            when: WhenFile {
                cron: self.cron.clone(),
                every: self.every.clone(),
                tz: self.tz.clone(),
                ..WhenFile::default()
            },
            ..ScheduleFile::default()
        })
    }
}

/// Answers it.
pub(crate) async fn schedule(verb: ScheduleVerb, session: &Session) -> Outcome {
    let (file, request) = match &verb {
        ScheduleVerb::Next { rule, count, from } => {
            let file = rule.read()?;
            let request = PreviewSchedule {
                file: file.clone(),
                count: *count,
                from: *from,
                simulate_days: None,
            };
            (file, request)
        }
        ScheduleVerb::Simulate { rule, days } => {
            let file = rule.read()?;
            let request = PreviewSchedule {
                file: file.clone(),
                count: 1,
                from: None,
                simulate_days: Some(*days),
            };
            (file, request)
        }
    };
    let preview = session.backend.call(request).await?;
    if let Some(problem) = preview.problems.first() {
        return Err(invalid(&problem.field, in_full(problem, &file)).into());
    }
    session.out.answer(&preview, |preview| match verb {
        ScheduleVerb::Next { .. } => next(preview, session.out.colour),
        ScheduleVerb::Simulate { days, .. } => simulated(preview, days),
    })?;
    Ok(0)
}

/// A problem with what may stand there instead, and the faulty place marked.
fn in_full(problem: &Problem, file: &ScheduleFile) -> String {
    let mut text = problem.to_string();
    if let Some(allowed) = &problem.allowed {
        text.push_str("; allowed: ");
        text.push_str(allowed);
    }
    let written = match &*problem.field {
        "when.cron" => file.when.cron.as_deref(),
        "when.every" => file.when.every.as_deref(),
        "when.tz" => file.when.tz.as_deref(),
        _ => None,
    };
    if let Some(marked) = written.and_then(|written| problem.underlined(written)) {
        for line in marked.lines() {
            text.push_str("\n    ");
            text.push_str(line);
        }
    }
    text
}

fn next(preview: &SchedulePreview, colour: bool) -> String {
    let words = Language::default().words();
    let rows = preview.next.iter().map(|run| {
        [
            run.local
                .strftime("%a %Y-%m-%d %H:%M:%S")
                .to_string()
                .into(),
            run.abbreviation.clone().into(),
            run.operator.strftime("%a %H:%M").to_string().into(),
            run.note
                .map(|note| words.note(note, run.local))
                .unwrap_or_default()
                .into(),
        ]
    });
    let zone = preview.zone.as_deref().unwrap_or("UTC");
    let table = table(["time", "zone", "here", "note"], rows, colour);
    format!("{} ({zone})\n\n{}", preview.words, table.trim_end())
}

fn simulated(preview: &SchedulePreview, days: u32) -> String {
    let Some(told) = &preview.simulation else {
        return preview.words.clone();
    };
    format!(
        "{}\nin {}: {}, {} skipped, {} expired; the planner looked {} times",
        preview.words,
        plural(days as usize, "day"),
        plural(usize::try_from(told.runs).unwrap_or(usize::MAX), "run"),
        told.skipped,
        told.expired,
        told.passes
    )
}
