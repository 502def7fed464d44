//! Packages from npm, each tool in a folder of its own.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::node::NodeRuntime;
use super::tools;
use super::want::{Install, Want};

/// A package from npm at one exact version.
#[derive(Clone, Debug)]
pub(super) struct NpmTool {
    /// The folder under the folder of tools.
    folder: &'static str,
    package: &'static str,
    version: &'static str,
    why: &'static str,
    /// A further package at its version, for those that use this one.
    beside: Option<&'static str>,
}

/// The folder under the folder of tools that has one folder for each older Playwright.
const OLDER_PLAYWRIGHTS: &str = "older-playwrights";

impl NpmTool {
    /// Playwright for the tasks of operators and for tests; brings `playwright` and `playwright-core`.
    /// The app is told this folder, so it carries no version in its name.
    pub(super) fn playwright() -> Self {
        Self {
            folder: "node",
            package: "@playwright/test",
            version: "1.65.1",
            why: "runs Playwright tasks, without a browser of its own",
            beside: None,
        }
    }

    /// Playwrights that operators still have in their projects; tests compare what a script does with each.
    pub(super) fn older_playwrights() -> [Self; 3] {
        [
            ("older-playwrights/1.50", "1.50.1"),
            ("older-playwrights/1.56", "1.56.1"),
            ("older-playwrights/1.60", "1.60.0"),
        ]
        .map(|(folder, version)| Self {
            folder,
            package: "@playwright/test",
            version,
            why: "runs the scripts of tests as an older project would",
            beside: Some("tsx@4.23.15"),
        })
    }

    /// Where they are.
    pub(super) fn older_playwrights_folder() -> PathBuf {
        tools::folder().join(OLDER_PLAYWRIGHTS)
    }

    /// Attaches to browsers of Drover in tests, as a tool of an operator would.
    pub(super) fn puppeteer() -> Self {
        Self {
            folder: "puppeteer-core-25.16.0",
            package: "puppeteer-core",
            version: "25.16.0",
            why: "attaches to a browser in tests",
            beside: None,
        }
    }

    /// Checks the types of the helpers for scripts.
    pub(super) fn typescript() -> Self {
        Self {
            folder: "typescript-5.9.3",
            package: "typescript",
            version: "5.9.3",
            why: "checks the types of the module `drover` for JavaScript",
            beside: None,
        }
    }

    /// Makes the window's wasm smaller.
    pub(super) fn binaryen() -> Self {
        Self {
            folder: "binaryen-132.0.0",
            package: "binaryen",
            version: "132.0.0",
            why: "wasm-opt, which makes the window smaller",
            beside: None,
        }
    }

    /// Packs the app.
    pub(super) fn tauri_cli() -> Self {
        Self {
            folder: "tauri-cli-2.12.5",
            package: "@tauri-apps/cli",
            version: "2.12.5",
            why: "packs the app, prebuilt",
            beside: None,
        }
    }

    /// The want for this tool, unless its very version is there.
    pub(super) fn missing(self) -> Option<Want> {
        if self.installed().as_deref() == Some(self.version) {
            return None;
        }
        Some(Want {
            what: format!("{} {}", self.package, self.version),
            why: self.why,
            how: "npm install, into the folder of tools".to_owned(),
            install: Install::Npm(self),
        })
    }

    pub(super) fn folder(&self) -> PathBuf {
        tools::folder().join(self.folder)
    }

    /// Installs it without running any package's scripts and without a browser.
    pub(super) fn install(&self) -> Result<()> {
        let folder = self.folder();
        fs::create_dir_all(&folder)
            .with_context(|| format!("failed to create `{}`", folder.display()))?;
        NodeRuntime::find()
            .npm()
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts"])
            .args(["--save-exact", "--loglevel=error", "--prefix"])
            .arg(&folder)
            .arg(format!("{}@{}", self.package, self.version))
            .args(self.beside)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .dir(&folder)
            .run()
    }

    /// The version that is installed. npm writes this file while it unpacks, so a broken-off
    /// installation is recognised by the list that it writes last.
    fn installed(&self) -> Option<String> {
        let modules = self.folder().join("node_modules");
        let list = fs::read_to_string(modules.join(".package-lock.json")).ok()?;
        listed_version(&list, self.package)
    }
}

/// The version of a package in npm's list of what it has installed.
fn listed_version(list: &str, package: &str) -> Option<String> {
    let list: serde_json::Value = serde_json::from_str(list).ok()?;
    let entry = list
        .get("packages")?
        .get(format!("node_modules/{package}"))?;
    Some(entry.get("version")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_npms_own_list() {
        let list = r#"{"packages": {"node_modules/@playwright/test": {"version": "1.65.1"}}}"#;
        assert_eq!(
            listed_version(list, "@playwright/test").as_deref(),
            Some("1.65.1")
        );
        assert_eq!(listed_version(list, "playwright"), None);
        assert_eq!(listed_version("{", "playwright"), None);
    }

    #[test]
    fn folders_with_a_version_name_the_right_one() {
        for tool in [
            NpmTool::puppeteer(),
            NpmTool::typescript(),
            NpmTool::binaryen(),
            NpmTool::tauri_cli(),
        ] {
            assert!(tool.folder.ends_with(tool.version), "{tool:?}");
        }
        for tool in NpmTool::older_playwrights() {
            let minor = tool.version.rsplit_once('.').map(|(minor, _)| minor);
            let folder = tool.folder.strip_prefix(OLDER_PLAYWRIGHTS);
            assert_eq!(folder.and_then(|rest| rest.strip_prefix('/')), minor);
        }
    }
}
