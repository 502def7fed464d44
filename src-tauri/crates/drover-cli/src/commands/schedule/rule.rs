//! A rule as it is given: on the command line, in a file, or by the name of a kept schedule.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use drover_model::{
    request::GetSchedule,
    schedule::{Problem, ScheduleFile, WhenFile},
};

use crate::{
    failure::{Failure, invalid},
    session::Session,
    standard_input::read_text,
};

/// A rule: in words of its own, or in a file.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("rule").required(true)))]
pub(crate) struct RuleArgs {
    /// Name or id of a schedule that is kept
    #[arg(value_name = "SCHEDULE", group = "rule")]
    schedule: Option<String>,
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
    #[arg(long, value_name = "ZONE", conflicts_with_all = ["file", "schedule"])]
    tz: Option<String>,
}

impl RuleArgs {
    pub(super) async fn read(&self, session: &Session) -> Result<ScheduleFile, Failure> {
        if let Some(schedule) = &self.schedule {
            let request = GetSchedule {
                schedule: schedule.clone(),
                count: 1,
            };
            let found = session.backend.call(request).await?;
            return Ok(found.schedule.spec.into());
        }
        if let Some(path) = &self.file {
            return read_file(path);
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

/// A schedule file, TOML or JSON.
pub(super) fn read_file(path: &Path) -> Result<ScheduleFile, Failure> {
    let text = read_text(path)?;
    let json = text.trim_start().starts_with('{');
    let read = if json {
        serde_json::from_str(&text).map_err(|error| error.to_string())
    } else {
        toml::from_str(&text).map_err(|error| error.to_string())
    };
    Ok(read.map_err(|problem| invalid("file", problem))?)
}

/// A problem with what may stand there instead, and the faulty place marked.
pub(super) fn in_full(problem: &Problem, file: &ScheduleFile) -> String {
    let mut text = problem.to_string();
    if let Some(allowed) = &problem.allowed {
        text.push_str("; allowed: ");
        text.push_str(allowed);
    }
    let written = match &*problem.field {
        "when.cron" => file.when.cron.as_deref(),
        "when.every" => file.when.every.as_deref(),
        "when.tz" => file.when.tz.as_deref(),
        "when.at" => file.when.at.as_deref(),
        "when.anchor" => file.when.anchor.as_deref(),
        "from" => file.from.as_deref(),
        "until" => file.until.as_deref(),
        "jitter" => file.jitter.as_deref(),
        "catch_up" => file.catch_up.as_deref(),
        "start_deadline" => file.start_deadline.as_deref(),
        "batch.stop_after" => file.batch.stop_after.as_deref(),
        field => listed(field, file),
    };
    if let Some(marked) = written.and_then(|written| problem.underlined(written)) {
        for line in marked.lines() {
            text.push_str("\n    ");
            text.push_str(line);
        }
    }
    text
}

/// The text of `windows[1]` and the like.
fn listed<'a>(field: &str, file: &'a ScheduleFile) -> Option<&'a str> {
    let (name, rest) = field.split_once('[')?;
    let place: usize = rest.strip_suffix(']')?.parse().ok()?;
    let list = match name {
        "windows" => &file.windows,
        "blackouts" => &file.blackouts,
        _ => return None,
    };
    list.get(place).map(String::as_str)
}
