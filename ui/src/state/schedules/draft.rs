//! A schedule in the making.

use std::collections::BTreeMap;

use drover_model::plan::text_of;
use drover_model::schedule::{
    AfterScope, BatchFile, EndedAs, Missed, Overlap, OverlapScope, Problem, Schedule, ScheduleFile,
    WhenFile,
};
use drover_model::task::Parameter;
use drover_model::{ScheduleId, TaskSpec};
use serde_json::Value;

use super::Rhythm;
use crate::state::copy_name;

/// What starts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trigger {
    #[default]
    Times,
    Every,
    Once,
    After,
}

impl Trigger {
    pub const ALL: [Self; 4] = [Self::Times, Self::Every, Self::Once, Self::After];

    pub fn key(self) -> &'static str {
        match self {
            Self::Times => "times",
            Self::Every => "every",
            Self::Once => "once",
            Self::After => "after",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Times => "At times",
            Self::Every => "Every so often",
            Self::Once => "Once",
            Self::After => "After a task",
        }
    }
}

/// Everything typed; what belongs to another trigger than the chosen one is kept, but not written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleDraft {
    /// The schedule that is edited, and its version then.
    pub saved: Option<(ScheduleId, u32)>,
    pub name: String,
    pub task: String,
    pub trigger: Trigger,
    pub rhythm: Rhythm,
    pub every: String,
    pub anchor: String,
    /// An instant, as the model writes it.
    pub at: String,
    pub after: String,
    pub on: EndedAs,
    pub scope: AfterScope,
    pub zone: String,
    pub overlap: Overlap,
    pub overlap_scope: OverlapScope,
    pub overlap_max: String,
    pub missed: Missed,
    pub missed_max: String,
    pub catch_up: String,
    pub jitter: String,
    pub start_deadline: String,
    pub from: String,
    pub until: String,
    /// One a line, as are the days left out.
    pub windows: String,
    pub blackouts: String,
    pub parameters: BTreeMap<String, String>,
    pub max_parallel: String,
    pub spread: String,
    pub stop_after: String,
    pub paused: bool,
}

impl ScheduleDraft {
    /// A new one for this task.
    pub fn new(task: &str) -> Self {
        Self {
            task: task.to_owned(),
            ..Self::default()
        }
    }

    /// A new one that begins as the stored one is.
    pub fn copy_of(schedule: &Schedule) -> Self {
        let mut copy = Self::of_file(ScheduleFile::from(schedule.spec.clone()));
        copy.name = copy_name(&copy.name);
        copy
    }

    /// The stored one, to be changed.
    pub fn of(schedule: &Schedule) -> Self {
        let file = ScheduleFile::from(schedule.spec.clone());
        Self {
            saved: Some((schedule.id, schedule.version)),
            ..Self::of_file(file)
        }
    }

    fn of_file(file: ScheduleFile) -> Self {
        let when = file.when;
        let trigger = match (&when.cron, &when.every, &when.at) {
            (Some(_), _, _) => Trigger::Times,
            (_, Some(_), _) => Trigger::Every,
            (_, _, Some(_)) => Trigger::Once,
            _ => Trigger::After,
        };
        let number = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
        Self {
            saved: None,
            name: file.name,
            task: file.task,
            trigger,
            rhythm: when.cron.as_deref().map(Rhythm::of).unwrap_or_default(),
            every: when.every.unwrap_or_default(),
            anchor: when.anchor.unwrap_or_default(),
            at: when.at.unwrap_or_default(),
            after: when.after.unwrap_or_default(),
            on: when.on.unwrap_or_default(),
            scope: when.scope.unwrap_or_default(),
            zone: when.tz.unwrap_or_default(),
            overlap: file.overlap,
            overlap_scope: file.overlap_scope,
            overlap_max: number(file.overlap_max),
            missed: file.missed,
            missed_max: number(file.missed_max),
            catch_up: file.catch_up.unwrap_or_default(),
            jitter: file.jitter.unwrap_or_default(),
            start_deadline: file.start_deadline.unwrap_or_default(),
            from: file.from.unwrap_or_default(),
            until: file.until.unwrap_or_default(),
            windows: file.windows.join("\n"),
            blackouts: file.blackouts.join("\n"),
            parameters: file
                .parameters
                .iter()
                .map(|(name, value)| (name.clone(), text_of(value)))
                .collect(),
            max_parallel: number(file.batch.max_parallel),
            spread: file.batch.spread.unwrap_or_default(),
            stop_after: file.batch.stop_after.unwrap_or_default(),
            paused: !file.enabled,
        }
    }

    /// What is written; `task` says of which type the parameters are.
    pub fn file(&self, task: Option<&TaskSpec>) -> ScheduleFile {
        let times = self.trigger == Trigger::Times;
        let every = self.trigger == Trigger::Every;
        let after = self.trigger == Trigger::After;
        ScheduleFile {
            name: self.name.trim().to_owned(),
            task: self.task.trim().to_owned(),
            when: WhenFile {
                cron: times.then(|| self.rhythm.cron().unwrap_or_default()),
                every: every.then(|| self.every.clone()),
                at: (self.trigger == Trigger::Once).then(|| self.at.clone()),
                after: after.then(|| self.after.clone()),
                tz: filled(&self.zone),
                anchor: filled(&self.anchor).filter(|_| every),
                on: after.then_some(self.on),
                scope: after.then_some(self.scope),
            },
            overlap: self.overlap,
            overlap_scope: self.overlap_scope,
            overlap_max: number(&self.overlap_max),
            missed: self.missed,
            missed_max: number(&self.missed_max),
            catch_up: filled(&self.catch_up),
            jitter: filled(&self.jitter),
            start_deadline: filled(&self.start_deadline),
            from: filled(&self.from),
            until: filled(&self.until),
            windows: lines(&self.windows),
            blackouts: lines(&self.blackouts),
            parameters: self.values(task),
            batch: BatchFile {
                max_parallel: number(&self.max_parallel),
                spread: filled(&self.spread),
                stop_after: filled(&self.stop_after),
            },
            enabled: !self.paused,
        }
    }

    /// What is wrong before anybody is asked.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.name.trim().is_empty() {
            problems.push(Problem::new("name", "a name is needed"));
        }
        if self.task.trim().is_empty() {
            problems.push(Problem::new("task", "choose the task that it starts"));
        }
        if self.trigger == Trigger::Times && self.rhythm.cron().is_none() {
            let message = format!(
                "`{}` is not a time of day; write it like `09:00`",
                self.rhythm.time.trim()
            );
            problems.push(Problem::new("time", message));
        }
        problems
    }

    /// The same with a name and a task, so that the times can be seen before both are chosen.
    pub fn to_preview(&self, task: Option<&TaskSpec>) -> ScheduleFile {
        let mut file = self.file(task);
        for text in [&mut file.name, &mut file.task] {
            if text.is_empty() {
                "preview".clone_into(text);
            }
        }
        file
    }

    fn values(&self, task: Option<&TaskSpec>) -> BTreeMap<String, Value> {
        let typed = self.parameters.iter().filter(|(_, text)| !text.is_empty());
        typed
            .map(|(name, text)| {
                let known = task.and_then(|task| task.parameters.get(name));
                (name.clone(), value(known, text))
            })
            .collect()
    }
}

/// In the parameter's type, or as it is typed where it does not fit; the engine says so then.
fn value(parameter: Option<&Parameter>, text: &str) -> Value {
    let typed = Value::String(text.to_owned());
    parameter
        .and_then(|parameter| parameter.read(&typed).ok())
        .unwrap_or(typed)
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// What is no number becomes 0, which no field allows, so that the model says what it may be.
fn number(text: &str) -> Option<u32> {
    filled(text).map(|text| text.parse().unwrap_or(0))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().filter_map(filled).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: [&str; 4] = [
        r#"{"name":"a","task":"check","when":{"cron":"0 9 * * MON-FRI","tz":"Europe/Berlin"},"overlap":"queue_all","overlap_max":3,
            "missed":"run_all","missed_max":4,"catch_up":"2h","jitter":"5m","start_deadline":"30m","from":"2026-05-01","until":"2026-06-01",
            "windows":["MON-FRI 08:00-18:00"],"blackouts":["2026-05-24..2026-05-26"],"parameters":{"sku":7,"deep":true,"name":"x"},
            "batch":{"max_parallel":5,"spread":"10m","stop_after":"20%"},"enabled":false}"#,
        r#"{"name":"b","task":"check","when":{"every":"15m","anchor":"2026-05-04T00:00:00Z"},"overlap_scope":"batch","enabled":true}"#,
        r#"{"name":"c","task":"check","when":{"at":"2026-12-01T08:00:00Z"},"enabled":true}"#,
        r#"{"name":"d","task":"check","when":{"after":"login","on":"any","scope":"batch"},"enabled":true}"#,
    ];

    fn task() -> TaskSpec {
        serde_json::from_str(
            r#"{"name":"check","kind":"command","program":"true",
            "parameters":{"sku":{"type":"number"},"deep":{"type":"boolean"},"name":{"type":"string"}}}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_schedule_that_is_saved_unchanged_loses_nothing() {
        for text in WHOLE {
            let file: ScheduleFile = serde_json::from_str(text).unwrap();
            let back = ScheduleDraft::of_file(file.clone()).file(Some(&task()));
            assert_eq!(back, file, "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_said_and_does_not_keep_the_preview_away() {
        let draft = ScheduleDraft::default();
        let fields: Vec<_> = draft
            .problems()
            .into_iter()
            .map(|problem| problem.field.to_string())
            .collect();
        assert_eq!(fields, ["name", "task"]);
        let file = draft.to_preview(None);
        assert!(drover_model::schedule::ScheduleSpec::try_from(file).is_ok());
    }

    #[test]
    fn a_word_for_a_number_is_refused_by_the_model() {
        let draft = ScheduleDraft {
            overlap_max: "many".into(),
            ..ScheduleDraft::new("check")
        };
        let problems =
            drover_model::schedule::ScheduleSpec::try_from(draft.to_preview(None)).unwrap_err();
        assert!(problems.of("overlap_max").is_some());
    }
}
