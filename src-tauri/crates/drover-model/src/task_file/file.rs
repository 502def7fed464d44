//! The keys of a task file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ProxyPolicy,
    selection::ProfilesFile,
    step::StepFile,
    task::{
        Backoff, Keep, KeepScreenshot, Kind, OnLost, OutputType, Parameter, Placement, RetryOn,
    },
};

/// A task as it is written, perhaps unfinished: the composer edits this.
/// [`TaskSpec::try_from`] turns it into a complete task or says what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskFile {
    pub name: String,
    pub kind: Kind,
    // Playwright: one of the three.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inline: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grep: Option<String>,
    /// Of a project: the configuration of its runner, when it is not the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
    /// Of a project: only these tests, each as in [`crate::TestPick`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<String>,
    /// Of a command its program; of a script the Node or Python that runs it, as an absolute path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Of a command, of a script, or of the runner of a project.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// Of a command or a script: where it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    // Command.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shell: bool,
    // Steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepFile>,
    // All kinds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub placement: Placement,
    #[serde(default, skip_serializing_if = "is_default")]
    pub profiles: ProfilesFile,
    #[serde(default, skip_serializing_if = "is_default")]
    pub proxy: ProxyPolicy,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<TokenFile>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub timeout: TimeoutFile,
    #[serde(default, skip_serializing_if = "is_default")]
    pub retries: RetriesFile,
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_lost: OnLost,
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: LimitsFile,
    /// The site whose sign-in it checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks_login: Option<String>,
    /// The sites on which its profile has to be signed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs_login: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub artifacts: ArtifactsFile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible: Option<bool>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Parameter>,
    /// What its runs give, such as `{ price = "number" }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, OutputType>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// `{ name = "gh", env = "GITHUB_TOKEN" }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenFile {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
}

/// `{ run = "5m", start = "30s", idle = "2m", park = "24h", queue = "1h", total = "6h" }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeoutFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub park: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
}

/// `{ memory = "400MB" }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsFile {
    /// What it needs beside its profile, proxy and tokens, such as `shop-api:2`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
}

/// `{ max = 2, backoff = "exponential", on = ["failed", "timed_out"] }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetriesFile {
    #[serde(default)]
    pub max: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    pub backoff: Backoff,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<RetryOn>,
}

/// `{ screenshot = "on-failure", trace = "on-failure", video = false, har = "always" }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArtifactsFile {
    #[serde(default)]
    pub screenshot: KeepScreenshot,
    #[serde(default, skip_serializing_if = "is_default")]
    pub trace: Keep,
    #[serde(default, skip_serializing_if = "is_default")]
    pub video: Keep,
    #[serde(default, skip_serializing_if = "is_default")]
    pub har: Keep,
}
