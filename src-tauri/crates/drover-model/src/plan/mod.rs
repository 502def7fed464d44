//! Plans: exactly what one run will do. The "What will run" panel shows it, the run keeps it.

mod preview;
mod resolve;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    HandOver, LoginSite, Name, Pool, PoolId, Profile, ProfileId, Proxy, ProxyId, ResourceNeed,
    RunId, Script, Step, TaskSpec, Template, TokenName,
    overrides::Overrides,
    task::{Evidence, KeepScreenshot, Kind, Limits, OnLost, Placement, Retries},
    template::{Hole, ProfileField},
};

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
}

/// A parameter's value as a text for templates.
#[must_use]
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
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
mod tests;
