//! A rule as it is given: on the command line, in a file, or by the name of a kept schedule.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use drover_model::{
    Code, CommandError, FieldError,
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
#[command(group(ArgGroup::new("rule")))]
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
        if self.cron.is_none() && self.every.is_none() {
            let text = "say which: a schedule, --cron EXPR, --every SPAN or --file FILE";
            return Err(invalid("rule", text).into());
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

/// Everything that is wrong, each with what may stand there instead and the faulty place marked.
pub(super) fn all_in_full(problems: &[Problem], file: &ScheduleFile) -> CommandError {
    let first = problems.first().map_or("file", |problem| &*problem.field);
    let message = match problems {
        [one] => in_full(one, file),
        several => {
            let each = several
                .iter()
                .map(|problem| format!("\n`{}`: {}", problem.field, in_full(problem, file)));
            format!("{} problems{}", several.len(), each.collect::<String>())
        }
    };
    let fields = problems.iter().map(|problem| FieldError {
        field: problem.field.to_string(),
        message: problem.to_string(),
    });
    CommandError {
        fields: fields.collect(),
        ..invalid(first, message)
    }
}

/// What was refused when it was to be saved, marked in the same way.
pub(super) fn refused(error: CommandError, file: &ScheduleFile) -> CommandError {
    let problems: Vec<Problem> = error
        .fields
        .iter()
        .map(|field| Problem::new(field.field.clone(), field.message.clone()))
        .collect();
    if error.code != Code::Invalid || problems.is_empty() {
        return error;
    }
    CommandError {
        hint: error.hint,
        ..all_in_full(&problems, file)
    }
}

fn in_full(problem: &Problem, file: &ScheduleFile) -> String {
    let mut text = problem.to_string();
    if let Some(allowed) = &problem.allowed {
        text.push_str("; allowed: ");
        text.push_str(allowed);
    }
    let written = file.written(&problem.field);
    if let Some(marked) = written.and_then(|written| problem.underlined(&written)) {
        for line in marked.lines() {
            text.push_str("\n    ");
            text.push_str(line);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use drover_model::schedule::ScheduleSpec;

    use super::*;

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let file = ScheduleFile::from_json(
            r#"{"name":"n","task":"t","when":{"cron":"61 2 * * *","tz":"UTC"},"jitter":"5x","batch":{"stop_after":"101%"}}"#,
        )
        .unwrap();
        let problems = ScheduleSpec::try_from(file.clone()).unwrap_err().0;
        let error = all_in_full(&problems, &file);
        assert_eq!(error.fields.len(), 3, "{error:?}");
        for part in [
            "3 problems\n`when.cron`: ",
            "    61 2 * * *\n    ^^",
            "    5x\n    ^^",
            "    101%\n    ^^^^",
        ] {
            assert!(error.message.contains(part), "{part} in {}", error.message);
        }
        let one = refused(
            CommandError {
                fields: vec![FieldError {
                    field: "name".to_owned(),
                    message: "it is taken".to_owned(),
                }],
                ..invalid("name", "it is taken")
            },
            &file,
        );
        assert_eq!(one.message, "it is taken\n    n\n    ^");
    }
}
