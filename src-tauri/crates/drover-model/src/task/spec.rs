//! A complete task and how it is composed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    AbsolutePath, Command, Evidence, HandOver, KeepScreenshot, Limits, OnLost, OutputType,
    Parameter, Placement, Retries, Script, TokenUse, Work,
};
use crate::{
    FieldErrors, LoginSite, Name, ProfilePick, ProxyPolicy, ResourceNeed, Step, TaskFile, TaskId,
    Template, TokenName, TokenRef, template::Hole,
};

/// A complete task. It is read and written as a [`TaskFile`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TaskFile", into = "TaskFile")]
#[non_exhaustive]
pub struct TaskSpec {
    pub name: Name,
    pub work: Work,
    /// The Node or the Python that runs a script, where the task wants a certain one.
    pub interpreter: Option<AbsolutePath>,
    /// What a script is started with, or the runner of a project, after all that Drover says to it.
    pub args: Vec<Template>,
    /// Where a script runs, when not in its own folder.
    pub cwd: Option<AbsolutePath>,
    pub placement: Placement,
    pub profiles: ProfilePick,
    pub proxy: ProxyPolicy,
    pub tokens: Vec<TokenUse>,
    pub parameters: BTreeMap<String, Parameter>,
    /// What its runs give, for tasks that follow it; empty when nothing was said.
    pub outputs: BTreeMap<String, OutputType>,
    /// Plain variables for the child; never secrets.
    pub env: BTreeMap<String, Template>,
    pub limits: Limits,
    pub retries: Retries,
    pub on_lost: OnLost,
    /// What it needs beside its profile, proxy and tokens.
    pub resources: Vec<ResourceNeed>,
    /// Its run finds out whether the profile is signed in there: its success says yes, its failure no.
    pub checks_login: Option<LoginSite>,
    /// Its runs wait while their profile is known to be signed out of one of these.
    pub needs_login: Vec<LoginSite>,
    pub screenshot: KeepScreenshot,
    pub evidence: Evidence,
    /// Show the browser's window. `None` follows the setting.
    pub visible: Option<bool>,
}

/// A stored task at one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    /// Counts from 1; every save is a new one.
    pub version: u32,
    pub spec: TaskSpec,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub removed_at: Option<Timestamp>,
}

impl Task {
    /// Starts a task that runs a Playwright script.
    pub fn playwright(script: Script) -> TaskBuilder {
        TaskBuilder::new(Work::Playwright(script))
    }

    /// Starts a task that runs a program.
    pub fn command(command: Command) -> TaskBuilder {
        TaskBuilder::new(Work::Command(command))
    }

    /// Starts a task of built-in steps.
    pub fn steps(first: Step, others: Vec<Step>) -> TaskBuilder {
        TaskBuilder::new(Work::Steps(std::iter::once(first).chain(others).collect()))
    }
}

/// A task that has its target and still lacks its name.
#[derive(Debug, Clone)]
#[must_use]
pub struct TaskBuilder {
    spec: TaskSpec,
}

impl TaskBuilder {
    fn new(work: Work) -> Self {
        let name = work.kind().key().parse().expect("BUG: a kind is a name");
        Self {
            spec: TaskSpec {
                name,
                work,
                interpreter: None,
                args: Vec::new(),
                cwd: None,
                placement: Placement::default(),
                profiles: ProfilePick::default(),
                proxy: ProxyPolicy::default(),
                tokens: Vec::new(),
                parameters: BTreeMap::new(),
                outputs: BTreeMap::new(),
                env: BTreeMap::new(),
                limits: Limits::default(),
                retries: Retries::default(),
                on_lost: OnLost::default(),
                resources: Vec::new(),
                checks_login: None,
                needs_login: Vec::new(),
                screenshot: KeepScreenshot::default(),
                evidence: Evidence::default(),
                visible: None,
            },
        }
    }

    /// Runs in this profile; call it again for further ones.
    pub fn with_profile(mut self, name: Name) -> Self {
        self.spec.profiles = match self.spec.profiles {
            ProfilePick::Names(mut names) => {
                names.push(name);
                ProfilePick::Names(names)
            }
            _ => ProfilePick::Names(vec![name]),
        };
        self
    }

    /// Runs in the profiles of this choice.
    pub fn with_profiles(mut self, pick: ProfilePick) -> Self {
        self.spec.profiles = pick;
        self
    }

    /// Leaves by this proxy.
    pub fn with_proxy(mut self, policy: ProxyPolicy) -> Self {
        self.spec.proxy = policy;
        self
    }

    /// May ask for this token over the pipe.
    pub fn with_token(mut self, name: TokenName) -> Self {
        self.spec.tokens.push(TokenUse {
            name,
            by: HandOver::Pipe,
        });
        self
    }

    /// Finds this token in a variable of its environment.
    pub fn with_token_in_env(mut self, name: TokenName, variable: &str) -> Self {
        self.spec.tokens.push(TokenUse {
            name,
            by: HandOver::Env(variable.to_owned()),
        });
        self
    }

    /// Takes this parameter.
    pub fn with_parameter(mut self, name: &str, parameter: Parameter) -> Self {
        self.spec.parameters.insert(name.to_owned(), parameter);
        self
    }

    /// Changes whatever else has a default.
    pub fn tuned(mut self, change: impl FnOnce(&mut TaskSpec)) -> Self {
        change(&mut self.spec);
        self
    }

    /// The complete task, or what does not fit together in it.
    pub fn named(mut self, name: Name) -> Result<TaskSpec, FieldErrors> {
        self.spec.name = name;
        // One place knows every rule: the one that reads task files.
        TaskSpec::try_from(TaskFile::from(self.spec))
    }
}

impl TaskSpec {
    /// Every token that the task may use, whichever way it is named.
    pub fn token_names(&self) -> impl Iterator<Item = &TokenName> {
        self.tokens.iter().map(|token| &token.name)
    }

    /// The outputs of a followed run that its templates ask for.
    #[must_use]
    pub fn outputs_used(&self) -> BTreeSet<&str> {
        let mut templates: Vec<&Template> = self.env.values().chain(&self.args).collect();
        match &self.work {
            Work::Command(command) => templates.extend(&command.args),
            Work::Steps(steps) => {
                templates.extend(steps.iter().flat_map(|step| step.action.templates()));
            }
            Work::Playwright(_) => {}
        }
        let holes = templates.into_iter().flat_map(Template::holes);
        holes
            .filter_map(|hole| match hole {
                Hole::Output(name) => Some(name.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Whether a stored token is used by it.
    #[must_use]
    pub fn uses(&self, token: &TokenRef) -> bool {
        self.token_names().any(|name| *name == token.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        RunId,
        task::{Kind, RetryOn},
    };

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    #[test]
    fn a_task_reads_as_it_is_composed() {
        let spec = Task::playwright(Script::file("/scripts/check.mjs").unwrap())
            .with_profile(name("anna"))
            .with_proxy(ProxyPolicy::Named(name("eu-1")))
            .with_token("shop-api".parse().unwrap())
            .named(name("daily-check"))
            .unwrap();
        assert_eq!(spec.work.kind(), Kind::Playwright);
        let json = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<TaskSpec>(&json).unwrap(), spec);
    }

    #[test]
    fn targets_cannot_be_nothing() {
        assert!(Script::file("check.mjs").is_err());
        assert!(Script::file("/x/readme.md").is_err());
        assert!(Script::inline("  \n").is_err());
        assert!(Script::project("", None).is_err());
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let command = Command {
            program: "gh".into(),
            args: vec!["{{ secret.gh }}".parse().unwrap()],
            cwd: None,
            shell: false,
        };
        let error = Task::command(command)
            .with_token("gh".parse().unwrap())
            .named(name("x"))
            .unwrap_err();
        assert_eq!(error.0[0].field, "args[0]");
    }

    #[test]
    fn pauses_grow_and_end() {
        let retries = Retries {
            max: 3,
            ..Retries::default()
        };
        let pauses: Vec<_> = (1..8)
            .map(|attempt| retries.pause_after(attempt).to_string())
            .collect();
        assert_eq!(pauses, ["30s", "1m", "2m", "4m", "8m", "15m", "15m"]);
        let of = |run| retries.pause_of(1, RunId::from_bits(run)).as_milliseconds();
        let spread: std::collections::BTreeSet<u64> = (1..200).map(of).collect();
        assert!(spread.iter().all(|ms| (24_000..=36_000).contains(ms)));
        let reach = spread.first().unwrap() + 9_000..*spread.last().unwrap();
        assert!(!reach.is_empty(), "they differ by most of what they may");
        assert_eq!(of(7), of(7), "whenever it is asked for");
        assert!(retries.grants(RetryOn::Failed, 2) && !retries.grants(RetryOn::Failed, 3));
        let on = |on: &[RetryOn]| Retries {
            max: 1,
            on: on.to_vec(),
            ..Retries::default()
        };
        let crashes = on(&[RetryOn::BrowserCrashed]);
        let granted = RetryOn::ALL.map(|end| crashes.grants(end, 0));
        assert_eq!(granted, [false, false, true, false]);
        let failures = on(&[RetryOn::Failed]);
        let granted = RetryOn::ALL.map(|end| failures.grants(end, 0));
        assert_eq!(granted, [true, false, true, true]);
    }
}
