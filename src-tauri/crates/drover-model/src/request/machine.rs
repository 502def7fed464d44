//! Requests about settings, this machine and the sample data.

use serde::{Deserialize, Serialize};

use crate::Settings;

/// The settings in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetSettings {}

/// Replaces the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveSettings {
    pub settings: Settings,
}

/// Versions and places, from what was found at the start; fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetAppInfo {}

/// Looks at the machine anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckMachine {}

/// Makes sample profiles and tasks that work offline against a bundled page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadSamples {}

/// What the samples are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SamplesReport {
    pub profiles: u32,
    pub tasks: u32,
    /// Address of the bundled page.
    pub site: String,
    /// What could not be made, such as the sample token without a keychain.
    pub warnings: Vec<String>,
}

/// Installs the managed copy of Playwright, with npm or pip. It downloads no browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstallPlaywright {
    #[serde(default)]
    pub language: ScriptLanguage,
}

/// What scripts for Playwright are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScriptLanguage {
    /// And TypeScript: Node runs both.
    #[default]
    JavaScript,
    Python,
}

/// Shows the data folder, the log folder, a run's folder or a file of it with the programs of the system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevealPath {
    pub place: Place,
}

/// A place that may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Place {
    Data,
    Logs,
    Run {
        run: crate::RunId,
    },
    /// A file that a run left, in the program that the system has for it; only pictures, videos, plain texts and
    /// tables, since others could bring code with them.
    Artifact {
        run: crate::RunId,
        /// As in [`crate::run::Artifact::path`].
        path: String,
    },
}
