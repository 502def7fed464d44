//! Tasks: what to run, where, with which proxy and tokens, and within which limits.
//!
//! A [`TaskSpec`] can only be made complete: [`Task::playwright`], [`Task::command`] and
//! [`Task::steps`] take the target, and every further part is a type that holds no nonsense.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    FieldErrors, LoginSite, MemoryLimit, Name, ProfilePick, ProxyPolicy, ResourceNeed, RunId, Span,
    Step, TaskFile, TaskId, Template, TestPick, TokenName, TokenRef, template::Hole,
};

/// The three kinds of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A program with arguments.
    Command,
    /// A Playwright script or test project, run by Node.
    #[default]
    Playwright,
    /// Built-in steps.
    Steps,
}

impl Kind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Playwright, Self::Command, Self::Steps];

    /// The word in files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Playwright => "playwright",
            Self::Steps => "steps",
        }
    }

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Command => "Command",
            Self::Playwright => "Playwright",
            Self::Steps => "Steps",
        }
    }
}

/// An absolute path, as text, since a plan may be read on another kind of system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AbsolutePath(String);

impl AbsolutePath {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AbsolutePath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if is_absolute(&text) && !text.contains('\0') {
            return Ok(Self(text));
        }
        Err(format!("`{text}` is not an absolute path"))
    }
}

impl From<AbsolutePath> for String {
    fn from(path: AbsolutePath) -> Self {
        path.0
    }
}

/// Whether a path is absolute on Unix or on Windows.
#[must_use]
pub fn is_absolute(path: &str) -> bool {
    path.starts_with('/')
        || path.starts_with(r"\\")
        || matches!(path.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

/// What a Playwright task runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Script {
    /// A file: `.js`, `.mjs`, `.cjs`, `.ts`, `.mts` or `.cts` for Node, `.py` for Python.
    File { path: AbsolutePath },
    /// An ECMAScript module, kept in the task itself.
    Inline { text: String },
    /// A folder with a test project: run by `playwright test`, or by pytest if it is one of Python.
    Project {
        path: AbsolutePath,
        /// The runner's configuration, when it is not the usual one; below the folder, or absolute.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        config: Option<String>,
        grep: Option<String>,
        /// Only these; all when empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tests: Vec<TestPick>,
    },
}

impl Script {
    /// The endings of script files.
    pub const ENDINGS: [&'static str; 7] = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".py"];

    /// Whether it is a file for Python. What a project is for is known only where its folder is.
    #[must_use]
    pub fn is_python_file(&self) -> bool {
        matches!(self, Self::File { path } if path.0.to_ascii_lowercase().ends_with(".py"))
    }

    /// A script file.
    pub fn file(path: &str) -> Result<Self, String> {
        let path = AbsolutePath::try_from(path.trim().to_owned())?;
        let lower = path.0.to_ascii_lowercase();
        if !Self::ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
            return Err(format!(
                "`{}` is not a script: its name must end in one of {}",
                path.0,
                Self::ENDINGS.join(", ")
            ));
        }
        Ok(Self::File { path })
    }

    /// A script written into the task.
    pub fn inline(text: &str) -> Result<Self, String> {
        match text.trim() {
            "" => Err("the script is empty".to_owned()),
            _ if text.len() > 262_144 => {
                Err("the script is longer than 256 KiB; keep it in a file".to_owned())
            }
            _ => Ok(Self::Inline {
                text: text.to_owned(),
            }),
        }
    }

    /// A test project, with all its tests.
    pub fn project(path: &str, grep: Option<&str>) -> Result<Self, String> {
        let grep = grep
            .map(str::trim)
            .filter(|grep| !grep.is_empty())
            .map(str::to_owned);
        Ok(Self::Project {
            path: AbsolutePath::try_from(path.trim().to_owned())?,
            config: None,
            grep,
            tests: Vec::new(),
        })
    }
}

/// A program and its arguments. There is no shell unless `shell` says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// A name on the PATH or an absolute path; with `shell` the whole command line.
    pub program: String,
    pub args: Vec<Template>,
    /// Where it runs; the run's own folder when not said.
    pub cwd: Option<AbsolutePath>,
    /// Hand `program` to the shell of the system as one line.
    pub shell: bool,
}

/// What a task does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    Command(Command),
    Playwright(Script),
    /// At least one step.
    Steps(Vec<Step>),
}

impl Work {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Command(_) => Kind::Command,
            Self::Playwright(_) => Kind::Playwright,
            Self::Steps(_) => Kind::Steps,
        }
    }
}

/// Where a script's pages open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// In the profile's own window, with its cookies.
    #[default]
    Profile,
    /// In a new context of the profile's browser, seeded with its cookies.
    Isolated,
    /// In a browser that the script starts by itself.
    Own,
}

impl Placement {
    /// The word in files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Isolated => "isolated",
            Self::Own => "own",
        }
    }
}

/// How a token reaches the child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandOver {
    /// On request over the control pipe.
    Pipe,
    /// In this variable of the child's environment. Every process of the same user can
    /// read it there, so a task has to ask for it.
    Env(String),
}

/// A token that a task may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenUse {
    pub name: TokenName,
    pub by: HandOver,
}

/// Time limits. Those of an attempt do not shorten the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// From the claim to the first line of task code.
    pub start: Span,
    /// From there to the end.
    pub run: Span,
    /// Without any output, step or progress.
    pub idle: Option<Span>,
    /// Waiting for a person, which does not count as running.
    #[serde(default = "Limits::park")]
    pub park: Span,
    /// From the moment from which it may start to its first start.
    #[serde(default)]
    pub queue: Option<Span>,
    /// From the moment at which it was queued to the end of all its attempts.
    #[serde(default)]
    pub total: Option<Span>,
    /// The memory of all its processes together; the profile's Chrome is not one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<MemoryLimit>,
}

impl Limits {
    /// How long a run waits for a person when nothing was said.
    const fn park() -> Span {
        Span::seconds(86_400)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            start: Span::seconds(120),
            run: Span::seconds(3_600),
            idle: None,
            park: Self::park(),
            queue: None,
            total: None,
            memory: None,
        }
    }
}

/// When a failed attempt is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Retries {
    /// Further attempts after the first.
    pub max: u32,
    pub backoff: Backoff,
    /// Which ends are tried again. Empty means every one of them.
    pub on: Vec<RetryOn>,
}

/// How the pause before a further attempt grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Backoff {
    /// 30 s, 60 s, 120 s …, at most 15 min.
    #[default]
    Exponential,
    /// 30 s each time.
    Fixed,
}

/// An end that may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryOn {
    Failed,
    TimedOut,
    /// The browser ended by itself or hung.
    BrowserCrashed,
    /// Something could not be made ready; no task code ran.
    StartError,
}

impl RetryOn {
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::Failed,
        Self::TimedOut,
        Self::BrowserCrashed,
        Self::StartError,
    ];
}

impl Retries {
    /// The pause before the attempt that follows number `attempt` (from 1).
    #[must_use]
    pub fn pause_after(&self, attempt: u32) -> Span {
        const BASE: u64 = 30;
        match self.backoff {
            Backoff::Fixed => Span::seconds(BASE),
            Backoff::Exponential => {
                Span::seconds((BASE << attempt.saturating_sub(1).min(10)).min(900))
            }
        }
    }

    /// The same by up to a fifth longer or shorter, so that runs which failed together are not tried again together. The
    /// share is a hash of the run and the attempt, so that it is the same whenever it is asked for.
    #[must_use]
    pub fn pause_of(&self, attempt: u32, run: RunId) -> Span {
        let text = format!("{run}:{attempt}");
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        // The low bits of this hash are worse than the high ones.
        let permille = 800 + (hash >> 32) % 401;
        Span::milliseconds(self.pause_after(attempt).as_milliseconds() * permille / 1_000)
    }

    /// Whether an attempt that ended so is tried again; `used` counts earlier retries. A crashed browser and a failed
    /// start are failures too.
    #[must_use]
    pub fn grants(&self, end: RetryOn, used: u32) -> bool {
        let wanted = |on: &RetryOn| {
            *on == end
                || *on == RetryOn::Failed
                    && matches!(end, RetryOn::BrowserCrashed | RetryOn::StartError)
        };
        used < self.max && (self.on.is_empty() || self.on.iter().any(wanted))
    }
}

/// What happens to a run whose outcome is unknown after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLost {
    /// It stays `lost`.
    #[default]
    Fail,
    /// One more attempt; the effects of the lost one may be repeated.
    Retry,
    /// It stays `lost` and waits for an answer.
    Ask,
}

/// When a picture of the page is kept at the end of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeepScreenshot {
    Always,
    #[default]
    OnFailure,
    Never,
}

/// When evidence is kept that a script does not make by itself. `false` and `true` are never and always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "KeepWord", into = "KeepScreenshot")]
pub enum Keep {
    #[default]
    Never,
    OnFailure,
    Always,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum KeepWord {
    Flag(bool),
    Word(KeepScreenshot),
}

impl From<KeepWord> for Keep {
    fn from(word: KeepWord) -> Self {
        match word {
            KeepWord::Flag(false) | KeepWord::Word(KeepScreenshot::Never) => Self::Never,
            KeepWord::Flag(true) | KeepWord::Word(KeepScreenshot::Always) => Self::Always,
            KeepWord::Word(KeepScreenshot::OnFailure) => Self::OnFailure,
        }
    }
}

impl From<Keep> for KeepScreenshot {
    fn from(keep: Keep) -> Self {
        match keep {
            Keep::Never => Self::Never,
            Keep::OnFailure => Self::OnFailure,
            Keep::Always => Self::Always,
        }
    }
}

/// What Drover records of a script's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// For Playwright's viewer: what was done, and the page before and after it.
    #[serde(default)]
    pub trace: Keep,
    #[serde(default)]
    pub video: Keep,
    /// The requests, without logins.
    #[serde(default)]
    pub har: Keep,
}

impl Evidence {
    /// Whether nothing is recorded.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterType {
    #[default]
    String,
    Number,
    Boolean,
}

/// A parameter of a task.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    #[serde(rename = "type", default)]
    pub kind: ParameterType,
    /// Without one, a value must be given at each start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
}

impl Parameter {
    /// A value in the parameter's type; texts are read as numbers and booleans where needed.
    pub fn read(&self, value: &Value) -> Result<Value, String> {
        match (self.kind, value) {
            (ParameterType::String, Value::String(_))
            | (ParameterType::Number, Value::Number(_))
            | (ParameterType::Boolean, Value::Bool(_)) => Ok(value.clone()),
            (ParameterType::String, Value::Number(_) | Value::Bool(_)) => {
                Ok(Value::String(value.to_string()))
            }
            (ParameterType::Number, Value::String(text)) => {
                match serde_json::from_str::<serde_json::Number>(text.trim()) {
                    Ok(number) => Ok(Value::Number(number)),
                    Err(_) => Err(format!("`{text}` is not a number")),
                }
            }
            (ParameterType::Boolean, Value::String(text)) => match text.trim() {
                "true" | "yes" => Ok(Value::Bool(true)),
                "false" | "no" => Ok(Value::Bool(false)),
                _ => Err(format!("`{text}` is not `true` or `false`")),
            },
            _ => Err(format!("`{value}` has the wrong type")),
        }
    }
}

/// The type of a value that a task's runs give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputType {
    String,
    Number,
    Boolean,
    /// Anything: a list, a table, an object.
    Json,
}

impl OutputType {
    /// The word in files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Json => "json",
        }
    }

    /// Whether every value of it can be read as that parameter.
    #[must_use]
    pub const fn fits(self, parameter: ParameterType) -> bool {
        matches!(
            (self, parameter),
            (
                Self::String | Self::Number | Self::Boolean,
                ParameterType::String
            ) | (Self::Number, ParameterType::Number)
                | (Self::Boolean, ParameterType::Boolean)
        )
    }
}

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
        let mut templates: Vec<&Template> = self.env.values().collect();
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
