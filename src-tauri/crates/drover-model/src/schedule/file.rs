//! The written form of a schedule: the same keys in TOML, JSON, the database and the window.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    AfterScope, BatchFile, EndedAs, Missed, Overlap, OverlapScope, Place, Problem, Problems,
    ScheduleSpec, When,
};
use crate::{Name, Span};

/// A schedule as it is written, perhaps unfinished: the editor edits this.
/// [`ScheduleSpec::try_from`] turns it into a complete one or says everything that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleFile {
    pub name: String,
    pub task: String,
    pub when: WhenFile,
    #[serde(default, skip_serializing_if = "is_default")]
    pub overlap: Overlap,
    #[serde(default, skip_serializing_if = "is_default")]
    pub overlap_scope: OverlapScope,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap_max: Option<u32>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub missed: Missed,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed_max: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catch_up: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_deadline: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blackouts: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub batch: BatchFile,
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// `{ cron = "0 9 * * MON-FRI", tz = "Europe/Berlin" }`, `{ every = "15m" }`, `{ at = "…" }`
/// or `{ after = "other-task", on = "succeeded" }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhenFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cron: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The zone of the rule, the windows and the days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tz: Option<String>,
    /// With `every`: the instant that it is counted from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// With `after`: which ends count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<EndedAs>,
    /// With `after`: how the runs belong together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<AfterScope>,
}

/// What `catch_up` is when it is not said.
const CATCH_UP: Span = Span::seconds(24 * 3600);
/// What `overlap_max` and `missed_max` are when they are not said.
const MAX: u32 = 10;

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

const fn yes() -> bool {
    true
}

impl Default for ScheduleFile {
    fn default() -> Self {
        Self {
            name: String::new(),
            task: String::new(),
            when: WhenFile::default(),
            overlap: Overlap::default(),
            overlap_scope: OverlapScope::default(),
            overlap_max: None,
            missed: Missed::default(),
            missed_max: None,
            catch_up: None,
            jitter: None,
            start_deadline: None,
            from: None,
            until: None,
            windows: Vec::new(),
            blackouts: Vec::new(),
            parameters: BTreeMap::new(),
            batch: BatchFile::default(),
            enabled: true,
        }
    }
}

impl ScheduleFile {
    /// Reads the JSON form; the error names line and column.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        serde_json::from_str(text).map_err(|error| Problem::new("file", error.to_string()).into())
    }

    /// Notes every problem of the file, not the first alone.
    pub(super) fn checked(&self) -> Result<ScheduleSpec, Problems> {
        let mut problems = Problems::default();
        let name = self::name("name", &self.name, &mut problems);
        let task = self::name("task", &self.task, &mut problems);
        let when = self.when.checked(&mut problems);
        let windows = list("windows", &self.windows, &mut problems);
        let blackouts = list("blackouts", &self.blackouts, &mut problems);
        let catch_up = span("catch_up", self.catch_up.as_deref(), &mut problems);
        let jitter = span("jitter", self.jitter.as_deref(), &mut problems);
        let deadline = span(
            "start_deadline",
            self.start_deadline.as_deref(),
            &mut problems,
        );
        let overlap_max = bounded("overlap_max", self.overlap_max, &mut problems);
        let missed_max = bounded("missed_max", self.missed_max, &mut problems);
        let from = text_of(self.from.as_deref())
            .and_then(|text| problems.take(text.parse().map_err(in_field("from"))));
        let until = text_of(self.until.as_deref())
            .and_then(|text| problems.take(text.parse().map_err(in_field("until"))));
        let batch = self.batch.checked(&mut problems);
        problems.finish()?;
        let fine = "BUG: a missing value has left a problem";
        Ok(ScheduleSpec {
            name: name.expect(fine),
            task: task.expect(fine),
            when: when.expect(fine),
            zone: text_of(self.when.tz.as_deref()).map(str::to_owned),
            overlap: self.overlap,
            overlap_scope: self.overlap_scope,
            overlap_max,
            missed: self.missed,
            missed_max,
            catch_up: catch_up.unwrap_or(CATCH_UP),
            jitter,
            start_deadline: deadline,
            from,
            until,
            windows,
            blackouts,
            parameters: self.parameters.clone(),
            batch,
            enabled: self.enabled,
        })
    }
}

impl WhenFile {
    fn checked(&self, problems: &mut Problems) -> Option<When> {
        self.check_strangers(problems);
        match (
            text_of(self.cron.as_deref()),
            text_of(self.every.as_deref()),
            text_of(self.at.as_deref()),
            text_of(self.after.as_deref()),
        ) {
            // The places of problems count from the start of the text as it was written.
            (Some(_), None, None, None) => {
                let text = self.cron.as_deref().unwrap_or_default();
                problems.take(text.parse()).map(When::Cron)
            }
            (None, Some(text), None, None) => Some(When::Every {
                anchor: text_of(self.anchor.as_deref())
                    .and_then(|text| instant("when.anchor", text, problems)),
                step: span("when.every", Some(text), problems)?,
            }),
            (None, None, Some(text), None) => instant("when.at", text, problems).map(When::At),
            (None, None, None, Some(task)) => Some(When::After {
                task: name("when.after", task, problems)?,
                on: self.on.unwrap_or_default(),
                scope: self.scope.unwrap_or_default(),
            }),
            (None, None, None, None) => {
                let message = "say when: `cron`, `every`, `at` or `after`";
                problems.add(Problem::new("when", message));
                None
            }
            _ => {
                let message = "give one of `cron`, `every`, `at` and `after`, not several";
                problems.add(Problem::new("when", message));
                None
            }
        }
    }

    /// A key of another trigger is a mistake of its writer.
    fn check_strangers(&self, problems: &mut Problems) {
        for (key, owner, is_set, is_owned) in [
            (
                "anchor",
                "every",
                self.anchor.is_some(),
                self.every.is_some(),
            ),
            ("on", "after", self.on.is_some(), self.after.is_some()),
            ("scope", "after", self.scope.is_some(), self.after.is_some()),
        ] {
            if is_set && !is_owned {
                let message = format!("`{key}` belongs to `{owner}`");
                problems.add(Problem::new(format!("when.{key}"), message));
            }
        }
    }
}

/// The text, if it is more than blanks.
fn text_of(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn in_field(field: &str) -> impl Fn(Problem) -> Problem + '_ {
    move |problem| Problem {
        field: field.into(),
        ..problem
    }
}

fn name(field: &str, text: &str, problems: &mut Problems) -> Option<Name> {
    let read = text.parse::<Name>();
    problems.take(read.map_err(|error| {
        Problem::new(field, error.to_string())
            .value(text)
            .at(Place::new(0, text.len()))
    }))
}

fn instant(field: &str, text: &str, problems: &mut Problems) -> Option<Timestamp> {
    let allowed = "an instant such as `2026-12-01T09:00:00+01:00`";
    let read = text.parse::<Timestamp>().ok();
    // Times are whole milliseconds everywhere.
    let read = read.and_then(|at| Timestamp::from_millisecond(at.as_millisecond()).ok());
    problems.take(read.ok_or_else(|| {
        Problem::new(
            field,
            format!("`{text}` is not an instant; write {allowed}"),
        )
        .value(text)
        .allowed(allowed)
        .at(Place::new(0, text.len()))
    }))
}

/// A length of time, if one is written.
pub(super) fn span(field: &str, text: Option<&str>, problems: &mut Problems) -> Option<Span> {
    let text = text_of(text)?;
    let read = text.parse::<Span>();
    problems.take(read.map_err(|error| {
        Problem::new(field, error.to_string())
            .value(text)
            .allowed("1ms–30d")
            .at(Place::new(0, text.len()))
    }))
}

fn bounded(field: &str, count: Option<u32>, problems: &mut Problems) -> u32 {
    let count = count.unwrap_or(MAX);
    if !(1..=ScheduleSpec::MOST).contains(&count) {
        let allowed = format!("1–{}", ScheduleSpec::MOST);
        problems.add(
            Problem::new(field, format!("must be {allowed}, not `{count}`"))
                .value(count.to_string())
                .allowed(allowed),
        );
    }
    count
}

fn list<T: std::str::FromStr<Err = Problem>>(
    field: &str,
    texts: &[String],
    problems: &mut Problems,
) -> Vec<T> {
    let mut values = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        let field = format!("{field}[{index}]");
        values.extend(problems.take(text.parse().map_err(in_field(&field))));
    }
    values
}

impl From<ScheduleSpec> for ScheduleFile {
    fn from(spec: ScheduleSpec) -> Self {
        let mut when = WhenFile {
            tz: spec.zone,
            ..WhenFile::default()
        };
        match spec.when {
            When::Cron(cron) => when.cron = Some(cron.to_string()),
            When::Every { step, anchor } => {
                when.every = Some(step.to_string());
                when.anchor = anchor.map(|at| at.to_string());
            }
            When::At(at) => when.at = Some(at.to_string()),
            When::After { task, on, scope } => {
                when.after = Some(task.to_string());
                when.on = Some(on);
                when.scope = Some(scope);
            }
        }
        Self {
            name: spec.name.to_string(),
            task: spec.task.to_string(),
            when,
            overlap: spec.overlap,
            overlap_scope: spec.overlap_scope,
            overlap_max: Some(spec.overlap_max).filter(|max| *max != MAX),
            missed: spec.missed,
            missed_max: Some(spec.missed_max).filter(|max| *max != MAX),
            catch_up: Some(spec.catch_up)
                .filter(|span| *span != CATCH_UP)
                .map(|span| span.to_string()),
            jitter: spec.jitter.map(|span| span.to_string()),
            start_deadline: spec.start_deadline.map(|span| span.to_string()),
            from: spec.from.map(|bound| bound.to_string()),
            until: spec.until.map(|bound| bound.to_string()),
            windows: spec.windows.iter().map(ToString::to_string).collect(),
            blackouts: spec.blackouts.iter().map(ToString::to_string).collect(),
            parameters: spec.parameters,
            batch: BatchFile::from(&spec.batch),
            enabled: spec.enabled,
        }
    }
}

#[cfg(test)]
mod tests;
