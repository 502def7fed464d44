//! Everything typed so far, and the task file that it makes.

use std::collections::BTreeSet;

use drover_model::task::{Kind, Placement};
use drover_model::task_file::{ArtifactsFile, LimitsFile, TimeoutFile};
use drover_model::{FieldError, Task, TaskFile, TaskId, TaskSpec};

use super::rows::{self, EnvRow, ParameterRow};

/// What a Playwright task runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    #[default]
    Inline,
    File,
    Project,
}

impl Target {
    pub const ALL: [Self; 3] = [Self::Inline, Self::File, Self::Project];

    /// The key in task files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::File => "script",
            Self::Project => "project",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Inline => "Inline script",
            Self::File => "Script file",
            Self::Project => "Test project",
        }
    }
}

/// How profiles are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pick {
    #[default]
    Names,
    Tag,
    /// A saved set.
    Set,
    All,
}

impl Pick {
    pub const ALL: [Self; 4] = [Self::Names, Self::Tag, Self::Set, Self::All];

    pub fn key(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Tag => "tag",
            Self::Set => "set",
            Self::All => "all",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Names => "By name",
            Self::Tag => "By tag",
            Self::Set => "Saved set",
            Self::All => "All",
        }
    }
}

/// The stored task that is being edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub id: TaskId,
    pub version: u32,
}

/// A task in the making. What belongs to another kind or target than the chosen one is kept, but not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Everything typed; [`Draft::written`] is what counts.
    pub file: TaskFile,
    pub target: Target,
    /// The Node or Python of a script; a command's program stays in the file.
    pub interpreter: String,
    pub pick: Pick,
    /// Numbers as they are typed.
    pub pick_count: String,
    pub retries: String,
    pub parameters: Vec<ParameterRow>,
    pub env: Vec<EnvRow>,
    pub saved: Option<Saved>,
    /// Saving was tried, so every problem is shown.
    pub submitted: bool,
    /// What the model says about the draft as it is.
    pub problems: Vec<FieldError>,
    /// What the engine said about the last attempt to save it.
    pub refused: Vec<FieldError>,
    /// Fields that were left once; only their problems are shown before the first attempt to save.
    pub(super) touched: BTreeSet<String>,
    /// What was stored when the editing began.
    pub(super) baseline: TaskFile,
}

impl Draft {
    /// A new task of this kind.
    pub fn new(kind: Kind) -> Self {
        Self::of(TaskFile {
            kind,
            ..TaskFile::default()
        })
    }

    /// A new task that begins with this content.
    pub fn of(mut file: TaskFile) -> Self {
        let interpreter = match file.kind {
            Kind::Playwright => file.program.take().unwrap_or_default(),
            Kind::Command | Kind::Steps => String::new(),
        };
        let target = match (&file.script, &file.project) {
            (Some(_), _) => Target::File,
            (None, Some(_)) => Target::Project,
            (None, None) => Target::Inline,
        };
        let pick = if file.profiles.all {
            Pick::All
        } else if file.profiles.tag.is_some() {
            Pick::Tag
        } else if file.profiles.set.is_some() {
            Pick::Set
        } else {
            Pick::Names
        };
        let mut draft = Self {
            target,
            interpreter,
            pick,
            pick_count: file
                .profiles
                .pick
                .map(|count| count.to_string())
                .unwrap_or_default(),
            retries: file.retries.max.to_string(),
            parameters: rows::parameter_rows(&file.parameters),
            env: rows::env_rows(&file.env),
            file,
            saved: None,
            submitted: false,
            problems: Vec::new(),
            refused: Vec::new(),
            touched: BTreeSet::new(),
            baseline: TaskFile::default(),
        };
        draft.baseline = draft.written();
        draft.check();
        draft
    }

    /// A new task that begins with an example; unlike an empty one it is worth keeping.
    pub fn example(file: TaskFile) -> Self {
        let baseline = Self::new(file.kind).baseline;
        Self {
            baseline,
            ..Self::of(file)
        }
    }

    /// The next version of a stored task.
    pub fn from_task(task: &Task) -> Self {
        let saved = Saved {
            id: task.id,
            version: task.version,
        };
        Self {
            saved: Some(saved),
            ..Self::of(TaskFile::from(task.spec.clone()))
        }
    }

    /// Whether anything differs from what is stored.
    pub fn changed(&self) -> bool {
        self.written() != self.baseline
    }

    /// The task file of what is chosen, without what belongs to another kind or target.
    pub fn written(&self) -> TaskFile {
        let all = &self.file;
        let mut file = TaskFile {
            script: None,
            inline: None,
            project: None,
            grep: None,
            config: None,
            tests: Vec::new(),
            program: None,
            args: Vec::new(),
            cwd: None,
            shell: false,
            steps: Vec::new(),
            timeout: TimeoutFile {
                run: filled(all.timeout.run.as_ref()),
                start: filled(all.timeout.start.as_ref()),
                idle: filled(all.timeout.idle.as_ref()),
                ..all.timeout.clone()
            },
            // Steps have no processes of their own.
            limits: LimitsFile {
                memory: filled(all.limits.memory.as_ref()).filter(|_| all.kind != Kind::Steps),
                ..all.limits.clone()
            },
            checks_login: filled(all.checks_login.as_ref()),
            needs_login: all
                .needs_login
                .iter()
                .filter_map(|site| filled(Some(site)))
                .collect(),
            // Drover records its own browser alone.
            artifacts: if all.kind == Kind::Playwright && all.placement != Placement::Own {
                all.artifacts.clone()
            } else {
                ArtifactsFile {
                    screenshot: all.artifacts.screenshot,
                    ..ArtifactsFile::default()
                }
            },
            parameters: rows::parameters(&self.parameters),
            env: rows::env(&self.env),
            ..all.clone()
        };
        file.retries.max = self.retries.trim().parse().unwrap_or(0);
        file.profiles = drover_model::selection::ProfilesFile::default();
        match self.pick {
            Pick::Names => file.profiles.names.clone_from(&all.profiles.names),
            Pick::Tag => {
                file.profiles.tag = Some(all.profiles.tag.clone().unwrap_or_default());
                file.profiles.pick = self.pick_count.trim().parse().ok();
            }
            Pick::Set => {
                file.profiles.set = Some(all.profiles.set.clone().unwrap_or_default());
                file.profiles.pick = self.pick_count.trim().parse().ok();
            }
            Pick::All => file.profiles.all = true,
        }
        match all.kind {
            Kind::Command => {
                file.program = filled(all.program.as_ref());
                file.cwd = filled(all.cwd.as_ref());
                file.shell = all.shell;
                if !all.shell {
                    file.args.clone_from(&all.args);
                }
            }
            Kind::Playwright => {
                file.program = filled(Some(&self.interpreter));
                file.args.clone_from(&all.args);
                if self.target != Target::Project {
                    file.cwd = filled(all.cwd.as_ref());
                }
                match self.target {
                    Target::Inline => file.inline = Some(all.inline.clone().unwrap_or_default()),
                    Target::File => file.script = filled(all.script.as_ref()),
                    Target::Project => {
                        file.project = filled(all.project.as_ref());
                        file.grep = filled(all.grep.as_ref());
                        file.config = filled(all.config.as_ref());
                        file.tests.clone_from(&all.tests);
                    }
                }
            }
            Kind::Steps => file.steps.clone_from(&all.steps),
        }
        file
    }

    /// Whether what is chosen is run by Python. Of a project only its folder tells.
    pub fn is_python(&self) -> bool {
        let script = self.file.script.as_deref().unwrap_or_default();
        let python = |path: &str, ending: &str| path.trim().to_ascii_lowercase().ends_with(ending);
        match self.target {
            Target::Inline => false,
            Target::File => python(script, ".py"),
            Target::Project => self.interpreter.to_ascii_lowercase().contains("python"),
        }
    }

    /// The complete task, if it is one.
    pub fn spec(&self) -> Option<TaskSpec> {
        TaskSpec::try_from(self.written()).ok()
    }

    /// Notes anew what is wrong.
    pub(super) fn check(&mut self) {
        let mut problems = match TaskSpec::try_from(self.written()) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.0,
        };
        for problem in &mut problems {
            // The model cannot know which of the three targets somebody is about to fill.
            if problem.field == "script" && self.file.kind == Kind::Playwright {
                self.target.key().clone_into(&mut problem.field);
                if self.target == Target::Project {
                    "a folder with a test project is needed".clone_into(&mut problem.message);
                }
            }
        }
        problems.extend(rows::twice(
            "parameters",
            self.parameters.iter().map(|row| row.name.as_str()),
        ));
        problems.extend(rows::twice(
            "env",
            self.env.iter().map(|row| row.variable.as_str()),
        ));
        for (field, text) in [
            ("retries.max", &self.retries),
            ("profiles.pick", &self.pick_count),
        ] {
            let counts = field == "retries.max" || matches!(self.pick, Pick::Tag | Pick::Set);
            if counts && !text.trim().is_empty() && text.trim().parse::<u32>().is_err() {
                problems.push(FieldError {
                    field: field.into(),
                    message: format!("`{}` is not a whole number", text.trim()),
                });
            }
        }
        self.problems = problems;
    }
}

fn filled(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One task of each kind and target, with every key that can be written.
    const WHOLE: [&str; 5] = [
        r#"{"name":"a","kind":"playwright","script":"/s/check.py","program":"/opt/venv/bin/python","placement":"own","args":["--fast","{{ params.sku }}"],"cwd":"/s",
            "profiles":{"names":["anna"]},"proxy":{"name":"eu-1"},"tokens":[{"name":"shop","env":"SHOP"}],
            "timeout":{"run":"5m","start":"30s","idle":"2m"},"retries":{"max":2,"backoff":"fixed","on":["failed"]},
            "on_lost":"ask","artifacts":{"screenshot":"always"},"visible":true,"env":{"SITE":"x"},
            "parameters":{"sku":{"type":"number","default":7,"help":"which"}}}"#,
        r#"{"name":"b","kind":"playwright","project":"/s/tests","config":"ci.config.ts","tests":["a.spec.ts:7"],"program":"/usr/bin/node","placement":"isolated","args":["--project=chromium"],"artifacts":{"screenshot":"never","trace":"on-failure","har":"always"},
            "profiles":{"tag":"eu","pick":5}}"#,
        r#"{"name":"c","kind":"playwright","inline":"console.log(1)","profiles":{"all":true}}"#,
        r#"{"name":"d","kind":"command","program":"python3","args":["a b",""],"cwd":"/s"}"#,
        r#"{"name":"e","kind":"steps","steps":[{"do":"open","url":"https://x.example"},{"do":"screenshot","name":"p"}]}"#,
    ];

    #[test]
    fn a_task_that_is_saved_unchanged_loses_nothing() {
        for text in WHOLE {
            let file: TaskFile = serde_json::from_str(text).unwrap();
            assert_eq!(Draft::of(file.clone()).written(), file, "{text}");
            let spec = TaskSpec::try_from(file.clone()).unwrap();
            let stored = TaskFile::from(spec);
            assert_eq!(Draft::of(stored.clone()).written(), stored, "{text}");
        }
    }

    #[test]
    fn an_interpreter_is_no_program_of_a_command() {
        let mut draft = Draft::of(serde_json::from_str(WHOLE[0]).unwrap());
        assert!(draft.is_python());
        draft.file.kind = Kind::Command;
        assert_eq!(draft.written().program, None);
        draft.file.kind = Kind::Playwright;
        assert_eq!(
            draft.written().program.as_deref(),
            Some("/opt/venv/bin/python"),
            "and it is still there"
        );
    }
}
