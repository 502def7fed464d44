//! Plans: exactly what one run will do. The "What will run" panel shows it, the run keeps it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    HandOver, LoginSite, Name, Pool, PoolId, Profile, ProfileId, Proxy, ProxyId, ProxyPolicy,
    ResourceNeed, RunId, Script, Step, TaskSpec, Template, TokenName, Work,
    overrides::Overrides,
    task::{Evidence, KeepScreenshot, Kind, Limits, OnLost, Placement, Retries},
    template::{Hole, ProfileField},
};

/// Of more tests than these the preview says only how many there are.
const MOST_TESTS_SHOWN: usize = 20;

/// Before the name of an output of the followed run, among the values of a start. No parameter has a dot in its name.
pub const OUTPUTS: &str = "outputs.";

/// What the engine looked up for one run of a task.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    pub task_version: u32,
    /// The run, once it has an id; a preview has none.
    pub run: Option<RunId>,
    pub profile: Option<&'a Profile>,
    /// The proxy that the task's policy leads to, if it leads to one.
    pub proxy: Option<&'a Proxy>,
    /// The pool that it names.
    pub pool: Option<&'a Pool>,
    /// The tokens that exist.
    pub tokens: &'a [TokenName],
    /// The values given for this start.
    pub params: &'a BTreeMap<String, Value>,
    /// Absolute path of the program: of the command, of the shell, or of Node.
    pub program: Option<&'a str>,
    /// Brand and version of the browser, when there is a profile.
    pub browser: Option<&'a str>,
    /// The setting that a task without an opinion follows.
    pub visible: bool,
}

/// Why a task cannot run in those surroundings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("no proxy named `{0}`")]
    UnknownProxy(Name),
    #[error("no proxy pool named `{0}`")]
    UnknownPool(Name),
    #[error("the proxy pool `{0}` has no members")]
    EmptyPool(Name),
    #[error("no token named `{0}`")]
    UnknownToken(TokenName),
    #[error("parameter `{0}` has no value")]
    MissingParam(String),
    #[error("there is no parameter `{0}`")]
    UnknownParam(String),
    #[error("there is no output `{0}` of a run that this one follows")]
    MissingOutput(String),
    #[error("parameter `{name}`: {problem}")]
    BadParam { name: String, problem: String },
    #[error("`profile.*` is used, but the task runs without a profile")]
    NoProfile,
    #[error("steps need a profile to run in")]
    StepsNeedProfile,
    #[error("a script needs a profile to run in, or the placement `own`")]
    ScriptNeedsProfile,
    #[error("a task that checks or needs a sign-in needs a profile to run in")]
    LoginNeedsProfile,
    #[error("program `{0}` was not found")]
    ProgramNotFound(String),
}

/// The profile of a plan, as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedProfile {
    pub id: ProfileId,
    pub name: Name,
    pub notes: String,
    /// As in [`crate::ProfileDraft::browser`].
    pub browser: String,
    pub start_urls: Vec<String>,
    #[serde(default, skip_serializing_if = "Overrides::is_empty")]
    pub overrides: Overrides,
}

impl From<&Profile> for PlannedProfile {
    fn from(profile: &Profile) -> Self {
        Self {
            id: profile.id,
            name: profile.name.clone(),
            notes: profile.notes.clone(),
            browser: profile.browser.clone(),
            start_urls: profile.start_urls.clone(),
            overrides: profile.overrides.clone(),
        }
    }
}

/// The pool of a plan, from which each attempt gets its proxy when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPool {
    pub id: PoolId,
    pub name: Name,
    /// The profile keeps the member that it got first.
    pub sticky: bool,
}

/// Exactly what a run does, without any secret. It can only come from [`Plan::resolve`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    pub task: Name,
    pub task_version: u32,
    pub kind: Kind,
    pub run: Option<RunId>,
    pub profile: Option<PlannedProfile>,
    /// Brand and version, such as `chromium 156.0.8078.79`.
    pub browser: Option<String>,
    pub visible: bool,
    pub placement: Placement,
    /// Absolute path: the command's program, the shell, or Node.
    pub program: Option<String>,
    /// As in [`TaskSpec::interpreter`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<String>,
    /// The arguments of the command, the script or the project's runner, filled.
    #[serde(default)]
    pub args: Vec<String>,
    pub cwd: Option<String>,
    #[serde(default)]
    pub shell: bool,
    pub script: Option<Script>,
    /// Steps with their holes: they are filled once, at the moment of use, by [`Plan::fill`].
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Where the proxy comes from one of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PlannedPool>,
    /// Of a pool: the member that the attempt got; none while it waits for one.
    pub proxy_id: Option<ProxyId>,
    pub proxy_name: Option<Name>,
    /// The proxy's address with its login masked.
    pub proxy: Option<String>,
    /// The tokens that the child may ask for or finds in its environment.
    #[serde(default)]
    pub tokens: Vec<TokenName>,
    /// Variable → token, for those that go by environment.
    #[serde(default)]
    pub token_env: BTreeMap<String, TokenName>,
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    #[serde(default)]
    pub params: BTreeMap<String, Value>,
    pub limits: Limits,
    pub retries: Retries,
    pub on_lost: OnLost,
    /// What it needs beside its profile, proxy and tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceNeed>,
    /// As in [`TaskSpec::checks_login`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks_login: Option<LoginSite>,
    /// As in [`TaskSpec::needs_login`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs_login: Vec<LoginSite>,
    pub screenshot: KeepScreenshot,
    #[serde(default, skip_serializing_if = "Evidence::is_none")]
    pub evidence: Evidence,
}

impl Plan {
    /// What stands where nothing was to run: the task without profile, proxy, values or program.
    #[must_use]
    pub fn unplanned(spec: &TaskSpec, task_version: u32) -> Self {
        Self {
            task: spec.name.clone(),
            task_version,
            kind: spec.work.kind(),
            run: None,
            profile: None,
            browser: None,
            visible: spec.visible.unwrap_or_default(),
            placement: spec.placement,
            program: None,
            interpreter: spec.interpreter.clone().map(Into::into),
            args: Vec::new(),
            cwd: None,
            shell: false,
            script: None,
            steps: Vec::new(),
            pool: None,
            proxy_id: None,
            proxy_name: None,
            proxy: None,
            tokens: spec.token_names().cloned().collect(),
            token_env: token_env(spec),
            env: BTreeMap::new(),
            params: BTreeMap::new(),
            limits: spec.limits,
            retries: spec.retries.clone(),
            on_lost: spec.on_lost,
            resources: spec.resources.clone(),
            checks_login: spec.checks_login.clone(),
            needs_login: spec.needs_login.clone(),
            screenshot: spec.screenshot,
            evidence: spec.evidence,
        }
    }

    /// The plan of one run, or every reason why there is none.
    pub fn resolve(spec: &TaskSpec, around: &Surroundings<'_>) -> Result<Self, Vec<PlanError>> {
        let mut errors = Vec::new();
        let params = params(spec, around, &mut errors);
        if let (ProxyPolicy::Named(name), None) = (&spec.proxy, around.proxy) {
            errors.push(PlanError::UnknownProxy(name.clone()));
        }
        let pool = pool(spec, around, &mut errors);
        errors.extend(
            spec.token_names()
                .filter(|name| !around.tokens.contains(name))
                .cloned()
                .map(PlanError::UnknownToken),
        );
        check_target(spec, around, &mut errors);
        let proxy = around
            .proxy
            .filter(|_| spec.proxy != ProxyPolicy::None && pool.is_none());
        let mut plan = Self {
            run: around.run,
            profile: around.profile.map(PlannedProfile::from),
            browser: around.browser.map(str::to_owned),
            visible: spec.visible.unwrap_or(around.visible),
            program: around.program.map(str::to_owned),
            pool,
            params,
            ..Self::unplanned(spec, around.task_version)
        };
        plan.lead_through(proxy);
        let mut fill = |plan: &Self, template: &Template| match plan.fill(template, |_| None) {
            Ok(text) => text,
            Err(error) => {
                let told = |known: &PlanError| matches!((known, &error), (PlanError::BadParam { name, .. }, PlanError::MissingParam(missing)) if name == missing);
                if !errors.contains(&error) && !errors.iter().any(told) {
                    errors.push(error);
                }
                String::new()
            }
        };
        plan.env = spec
            .env
            .iter()
            .map(|(variable, value)| (variable.clone(), fill(&plan, value)))
            .collect();
        match &spec.work {
            Work::Command(command) => {
                plan.args = command.args.iter().map(|arg| fill(&plan, arg)).collect();
                if command.shell {
                    plan.args = vec!["-c".to_owned(), command.program.clone()];
                }
                plan.cwd = command.cwd.clone().map(Into::into);
                plan.shell = command.shell;
            }
            Work::Playwright(script) => {
                plan.args = spec.args.iter().map(|arg| fill(&plan, arg)).collect();
                plan.cwd = spec.cwd.clone().map(Into::into);
                plan.script = Some(script.clone());
            }
            Work::Steps(steps) => {
                for template in steps.iter().flat_map(|step| step.action.templates()) {
                    // Secrets come later; everything else must be there now.
                    if let Err(error) = plan.fill(template, |_| Some(String::new())) {
                        errors.push(error);
                    }
                }
                plan.steps.clone_from(steps);
            }
        }
        if errors.is_empty() {
            Ok(plan)
        } else {
            Err(errors)
        }
    }

    /// Whether the script starts its own browser, to which neither the profile nor its proxy apply.
    #[must_use]
    pub fn is_apart(&self) -> bool {
        self.kind == Kind::Playwright && self.placement == Placement::Own
    }

    /// Takes the proxy, or none. Only the choice from a pool changes it later.
    pub fn lead_through(&mut self, proxy: Option<&Proxy>) {
        self.proxy_id = proxy.map(|proxy| proxy.id);
        self.proxy_name = proxy.map(|proxy| proxy.name.clone());
        self.proxy = proxy.map(Proxy::masked);
    }

    /// The way out in words: a proxy, a pool, or none.
    #[must_use]
    pub fn way_out(&self) -> Option<String> {
        let proxy = self.proxy_name.as_ref().zip(self.proxy.as_ref());
        let proxy = proxy.map(|(name, address)| format!("{name} ({address})"));
        let Some(pool) = &self.pool else {
            return proxy;
        };
        let keeps = if pool.sticky {
            ", kept by the profile"
        } else {
            ""
        };
        Some(match proxy {
            Some(proxy) => format!("{proxy} from pool {}{keeps}", pool.name),
            None => format!("one of pool {}{keeps}", pool.name),
        })
    }

    /// A template with its holes filled. Texts that come from a hole are not read again.
    pub fn fill(
        &self,
        template: &Template,
        mut secret: impl FnMut(&TokenName) -> Option<String>,
    ) -> Result<String, PlanError> {
        template
            .render(|hole| self.value(hole, &mut secret))
            .map_err(|hole| match hole {
                Hole::Param(name) => PlanError::MissingParam(name),
                Hole::Secret(name) => PlanError::UnknownToken(name),
                Hole::Output(name) => PlanError::MissingOutput(name),
                Hole::Profile(_) | Hole::RunId => PlanError::NoProfile,
            })
    }

    fn value(
        &self,
        hole: &Hole,
        secret: &mut impl FnMut(&TokenName) -> Option<String>,
    ) -> Option<String> {
        match hole {
            Hole::Param(name) => self.params.get(name).map(text_of),
            Hole::Secret(name) => secret(name),
            Hole::Output(name) => self.params.get(&format!("{OUTPUTS}{name}")).map(text_of),
            Hole::RunId => Some(
                self.run
                    .map_or_else(|| "(new run)".to_owned(), |run| run.to_string()),
            ),
            Hole::Profile(field) => {
                let profile = self.profile.as_ref()?;
                Some(match field {
                    ProfileField::Name => profile.name.to_string(),
                    ProfileField::Id => profile.id.to_string(),
                    ProfileField::Notes => profile.notes.clone(),
                })
            }
        }
    }

    /// What will run, a line each, in words a person reads; secrets as `••••` and their name.
    #[must_use]
    pub fn preview(&self) -> Vec<String> {
        let quote = |text: &String| {
            if text.is_empty() || text.contains(char::is_whitespace) {
                format!("\"{text}\"")
            } else {
                text.clone()
            }
        };
        let args = std::iter::once(String::new())
            .chain(self.args.iter().map(quote))
            .collect::<Vec<_>>()
            .join(" ");
        let folder = self.cwd.iter().map(|cwd| format!("in {cwd}"));
        match (self.kind, &self.script) {
            (Kind::Command, _) => {
                let words = self
                    .program
                    .iter()
                    .chain(&self.args)
                    .map(quote)
                    .collect::<Vec<_>>();
                vec![words.join(" ")]
            }
            (Kind::Playwright, Some(script @ Script::File { path })) => {
                let usual = if script.is_python_file() {
                    "python3"
                } else {
                    "node"
                };
                let program = self.interpreter.clone().unwrap_or_else(|| usual.to_owned());
                let path = quote(&path.as_str().to_owned());
                std::iter::once(format!("{} {path}{args}", quote(&program)))
                    .chain(folder)
                    .collect()
            }
            (Kind::Playwright, Some(Script::Inline { text })) => {
                let lines = text.lines().count();
                let line = format!("node script.mjs{args} ({lines} lines, kept in the task)");
                std::iter::once(line).chain(folder).collect()
            }
            (
                Kind::Playwright,
                Some(Script::Project {
                    path,
                    config,
                    grep,
                    tests,
                }),
            ) => {
                let option = |name: &str, value: &Option<String>| {
                    let value = value
                        .as_ref()
                        .map(|value| format!(" {name} {}", quote(value)));
                    value.unwrap_or_default()
                };
                let mut lines = vec![
                    format!(
                        "playwright test{}{}{args}",
                        option("--config", config),
                        option("--grep", grep)
                    ),
                    format!("in {}", path.as_str()),
                ];
                if !tests.is_empty() {
                    lines.push(format!("only {} chosen", tests.len()));
                    let shown = tests.iter().take(MOST_TESTS_SHOWN);
                    lines.extend(shown.map(|test| format!("  {test}")));
                    if tests.len() > MOST_TESTS_SHOWN {
                        lines.push(format!("  and {} more", tests.len() - MOST_TESTS_SHOWN));
                    }
                }
                lines
            }
            (Kind::Playwright, None) => Vec::new(),
            (Kind::Steps, _) => self
                .steps
                .iter()
                .enumerate()
                .map(|(index, step)| format!("{}. {}", index + 1, self.title(step)))
                .collect(),
        }
    }

    /// The title of a step with its holes filled and its secrets masked.
    #[must_use]
    pub fn title(&self, step: &Step) -> String {
        let mut shown = step.clone();
        let fill = |template: &mut Template| {
            let text = self
                .fill(template, |name| Some(format!("•••• {name}")))
                .unwrap_or_else(|_| template.to_string());
            *template = Template::literal(&text);
        };
        shown.action.templates_mut().into_iter().for_each(fill);
        shown.action.title()
    }
}

/// A parameter's value as a text for templates.
#[must_use]
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn pool(
    spec: &TaskSpec,
    around: &Surroundings<'_>,
    errors: &mut Vec<PlanError>,
) -> Option<PlannedPool> {
    let ProxyPolicy::Pool { pool: name, sticky } = &spec.proxy else {
        return None;
    };
    let Some(pool) = around.pool else {
        errors.push(PlanError::UnknownPool(name.clone()));
        return None;
    };
    if pool.members.is_empty() {
        errors.push(PlanError::EmptyPool(pool.name.clone()));
    }
    Some(PlannedPool {
        id: pool.id,
        name: pool.name.clone(),
        sticky: sticky.unwrap_or(pool.sticky),
    })
}

fn params(
    spec: &TaskSpec,
    around: &Surroundings<'_>,
    errors: &mut Vec<PlanError>,
) -> BTreeMap<String, Value> {
    let used = spec.outputs_used();
    let is_output = |name: &str| {
        let output = name.strip_prefix(OUTPUTS);
        output.is_some_and(|output| used.contains(output))
    };
    errors.extend(
        around
            .params
            .keys()
            .filter(|name| !spec.parameters.contains_key(*name) && !is_output(name))
            .cloned()
            .map(PlanError::UnknownParam),
    );
    let given = around.params.iter().filter(|(name, _)| is_output(name));
    let mut values: BTreeMap<String, Value> = given
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, parameter) in &spec.parameters {
        match around
            .params
            .get(name)
            .or(parameter.default.as_ref())
            .map(|value| parameter.read(value))
        {
            Some(Ok(value)) => {
                values.insert(name.clone(), value);
            }
            Some(Err(problem)) => errors.push(PlanError::BadParam {
                name: name.clone(),
                problem,
            }),
            None => errors.push(PlanError::MissingParam(name.clone())),
        }
    }
    values
}

fn check_target(spec: &TaskSpec, around: &Surroundings<'_>, errors: &mut Vec<PlanError>) {
    match &spec.work {
        Work::Steps(_) if around.profile.is_none() => errors.push(PlanError::StepsNeedProfile),
        Work::Playwright(_) if around.profile.is_none() && spec.placement != Placement::Own => {
            errors.push(PlanError::ScriptNeedsProfile);
        }
        Work::Command(command) if around.program.is_none() => {
            errors.push(PlanError::ProgramNotFound(command.program.clone()));
        }
        _ => {
            let about_logins = spec.checks_login.is_some() || !spec.needs_login.is_empty();
            if about_logins && around.profile.is_none() {
                errors.push(PlanError::LoginNeedsProfile);
            }
        }
    }
}

fn token_env(spec: &TaskSpec) -> BTreeMap<String, TokenName> {
    let by_env = spec.tokens.iter().filter_map(|token| match &token.by {
        HandOver::Env(variable) => Some((variable.clone(), token.name.clone())),
        HandOver::Pipe => None,
    });
    by_env.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Action, Task,
        task::{Command, Parameter},
    };

    fn around<'a>(
        params: &'a BTreeMap<String, Value>,
        tokens: &'a [TokenName],
    ) -> Surroundings<'a> {
        Surroundings {
            task_version: 1,
            run: None,
            profile: None,
            proxy: None,
            pool: None,
            tokens,
            params,
            program: Some("/usr/bin/python3"),
            browser: None,
            visible: false,
        }
    }

    fn profile() -> Profile {
        serde_json::from_value(serde_json::json!({
            "id": ProfileId::from_bits(7), "name": "anna", "browser": "auto", "proxy": null, "tags": [], "start_urls": [], "tokens": [],
            "notes": "", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "removed_at": null, "last_used_at": null
        }))
        .unwrap()
    }

    fn report() -> TaskSpec {
        let command = Command {
            program: "python3".into(),
            args: vec![
                "report.py".parse().unwrap(),
                "{{ params.url }}".parse().unwrap(),
            ],
            cwd: None,
            shell: false,
        };
        Task::command(command)
            .with_parameter("url", Parameter::default())
            .with_token("gh".parse().unwrap())
            .named("report".parse().unwrap())
            .unwrap()
    }

    #[test]
    fn a_plan_holds_filled_arguments() {
        let params = [("url".to_owned(), Value::from("{{ secret.gh }}"))].into();
        let plan = Plan::resolve(&report(), &around(&params, &["gh".parse().unwrap()])).unwrap();
        assert_eq!(
            plan.args,
            ["report.py", "{{ secret.gh }}"],
            "what came from a hole is not read again"
        );
        assert_eq!(
            plan.preview(),
            ["/usr/bin/python3 report.py \"{{ secret.gh }}\""]
        );
    }

    #[test]
    fn outputs_of_the_followed_run_fill_templates() {
        let command = Command {
            program: "echo".into(),
            args: vec!["{{ outputs.price }}".parse().unwrap()],
            cwd: None,
            shell: false,
        };
        let task = Task::command(command)
            .named("tell".parse().unwrap())
            .unwrap();
        let given = [("outputs.price".to_owned(), Value::from(12.5))].into();
        let plan = Plan::resolve(&task, &around(&given, &[])).unwrap();
        assert_eq!(plan.args, ["12.5"]);
        assert_eq!(plan.params, given, "a rerun starts with the same");
        let errors = Plan::resolve(&task, &around(&BTreeMap::new(), &[])).unwrap_err();
        assert_eq!(errors, [PlanError::MissingOutput("price".to_owned())]);
        let other = [("outputs.cost".to_owned(), Value::from(1))].into();
        let errors = Plan::resolve(&task, &around(&other, &[])).unwrap_err();
        assert!(errors.contains(&PlanError::UnknownParam("outputs.cost".to_owned())));
        let script = Task::playwright(Script::file("/scripts/tell.mjs").unwrap())
            .tuned(|spec| spec.args = vec!["{{ outputs.price }}".parse().unwrap()])
            .named("tell".parse().unwrap())
            .unwrap();
        let used: Vec<&str> = script.outputs_used().into_iter().collect();
        assert_eq!(used, ["price"], "scripts take arguments too");
    }

    #[test]
    fn every_reason_is_given() {
        let params = [("sku".to_owned(), Value::from(1))].into();
        let errors = Plan::resolve(&report(), &around(&params, &[])).unwrap_err();
        let words: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            words,
            [
                "there is no parameter `sku`",
                "parameter `url` has no value",
                "no token named `gh`"
            ]
        );
    }

    #[test]
    fn a_pool_is_planned_without_a_choice() {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let mut pool = Pool {
            id: PoolId::from_bits(3),
            name: "eu".parse().unwrap(),
            members: vec![ProxyId::from_bits(1)],
            rotation: crate::Rotation::RoundRobin,
            sticky: true,
            cool_down: Pool::COOL_DOWN,
            created_at: at,
            updated_at: at,
        };
        let spec = |sticky| {
            let command = Command {
                program: "python3".to_owned(),
                args: Vec::new(),
                cwd: None,
                shell: false,
            };
            let policy = ProxyPolicy::Pool {
                pool: "EU".parse().unwrap(),
                sticky,
            };
            let task = Task::command(command).with_proxy(policy);
            task.named("check".parse().unwrap()).unwrap()
        };
        let params = BTreeMap::new();
        let planned = |sticky, pool: Option<&Pool>| {
            let around = Surroundings {
                pool,
                ..around(&params, &[])
            };
            Plan::resolve(&spec(sticky), &around)
        };
        let plan = planned(None, Some(&pool)).unwrap();
        assert_eq!((plan.proxy_id, plan.proxy.as_ref()), (None, None));
        assert_eq!(
            plan.way_out().unwrap(),
            "one of pool eu, kept by the profile"
        );
        let plan = planned(Some(false), Some(&pool)).unwrap();
        assert_eq!(plan.way_out().unwrap(), "one of pool eu");
        let said = |errors: Vec<PlanError>| errors[0].to_string();
        assert_eq!(
            said(planned(None, None).unwrap_err()),
            "no proxy pool named `EU`"
        );
        pool.members.clear();
        assert_eq!(
            said(planned(None, Some(&pool)).unwrap_err()),
            "the proxy pool `eu` has no members"
        );
    }

    #[test]
    fn a_script_shows_what_runs_it() {
        let (params, profile) = (BTreeMap::new(), profile());
        let around = Surroundings {
            profile: Some(&profile),
            ..around(&params, &[])
        };
        let shown = |path: &str, interpreter: Option<&str>| {
            let interpreter = interpreter.map(|path| path.to_owned().try_into().unwrap());
            let spec = Task::playwright(Script::file(path).unwrap())
                .tuned(|spec| spec.interpreter = interpreter)
                .named("check".parse().unwrap())
                .unwrap();
            Plan::resolve(&spec, &around).unwrap().preview()
        };
        assert_eq!(shown("/s/check.mjs", None), ["node /s/check.mjs"]);
        assert_eq!(shown("/s/check.py", None), ["python3 /s/check.py"]);
        assert_eq!(
            shown("/s/check.py", Some("/s/.venv/bin/python")),
            ["/s/.venv/bin/python /s/check.py"]
        );
    }

    #[test]
    fn steps_show_masked_and_fill_once() {
        let step = |json: &str| serde_json::from_str::<Step>(json).unwrap();
        let open = step(r#"{"do":"open","url":"{{ params.url }}"}"#);
        let fill = step(r#"{"do":"fill","at":{"label":"Password"},"value":"{{ secret.shop }}"}"#);
        let spec = Task::steps(open, vec![fill])
            .with_token("shop".parse().unwrap())
            .with_parameter(
                "url",
                Parameter {
                    default: Some("http://127.0.0.1/".into()),
                    ..Parameter::default()
                },
            )
            .named("log in".parse().unwrap())
            .unwrap();
        let (params, tokens) = (BTreeMap::new(), ["shop".parse().unwrap()]);
        assert_eq!(
            Plan::resolve(&spec, &around(&params, &tokens)).unwrap_err(),
            [PlanError::StepsNeedProfile]
        );
        let profile = profile();
        let plan = Plan::resolve(
            &spec,
            &Surroundings {
                profile: Some(&profile),
                ..around(&params, &tokens)
            },
        )
        .unwrap();
        assert_eq!(
            plan.preview(),
            ["1. Open http://127.0.0.1/", "2. Fill field `Password`"]
        );
        let Action::Fill { value, .. } = &plan.steps[1].action else {
            panic!("a fill was planned")
        };
        assert_eq!(
            plan.fill(value, |_| Some("s3cret".into())).unwrap(),
            "s3cret"
        );
        assert_eq!(
            serde_json::from_str::<Plan>(&serde_json::to_string(&plan).unwrap()).unwrap(),
            plan
        );
    }
}
