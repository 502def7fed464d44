//! Where Python is, and what of Playwright and pytest it has.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use drover_model::Script;
use serde::Deserialize;

use crate::answer::{answer, numbers};
use crate::node::{Owner, on_path};
use crate::process::{Audience, Door};

/// Playwright 1.50 needs it, and so do Drover's own helpers.
const OLDEST: (u32, u32) = (3, 9);
/// A question that every Python 3 understands, so that one that is too old can say so.
const QUESTION: &str = "\
import json, sys
def version(name):
    try:
        from importlib import metadata
        return metadata.version(name)
    except Exception:
        return None
print(json.dumps({'version': '.'.join(map(str, sys.version_info[:3])), 'playwright': version('playwright'), 'pytest': version('pytest')}))
";

/// Why Python, or what a task needs in it, cannot be used, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum PythonError {
    #[error(
        "Python was not found on the PATH; install Python {}.{} or newer, or run `python3 -m venv .venv` in the project", OLDEST.0, OLDEST.1
    )]
    NoPython,
    #[error("`{}` is Python {version}; Playwright needs Python {}.{} or newer", path.display(), OLDEST.0, OLDEST.1)]
    TooOld { path: PathBuf, version: String },
    #[error("`{}` did not say which Python it is", path.display())]
    NoVersion { path: PathBuf },
    #[error("failed to start `{}`", path.display())]
    Start {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("Playwright was not found in `{0}`, and Drover has no copy of its own; run `{0} -m pip install playwright`", path.display())]
    NoPlaywright { path: PathBuf },
    #[error("pytest was not found in `{0}`, and Drover has no copy of its own; run `{0} -m pip install pytest pytest-playwright`", path.display())]
    NoPytest { path: PathBuf },
}

impl PythonError {
    /// Whether Python is there, and Playwright or pytest is not.
    #[must_use]
    pub fn is_about_packages(&self) -> bool {
        matches!(self, Self::NoPlaywright { .. } | Self::NoPytest { .. })
    }
}

/// An interpreter that is new enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    pub path: PathBuf,
    /// Such as `3.12.1`.
    pub version: String,
    /// The version of Playwright that it would import.
    pub playwright: Option<String>,
    pub pytest: Option<String>,
    /// Whose environment it is.
    pub owner: Owner,
}

impl Python {
    fn has_all(&self) -> bool {
        self.playwright.is_some() && self.pytest.is_some()
    }

    /// # Errors
    /// It has no Playwright.
    pub fn with_playwright(self) -> Result<Self, PythonError> {
        match self.playwright {
            Some(_) => Ok(self),
            None => Err(PythonError::NoPlaywright { path: self.path }),
        }
    }

    /// # Errors
    /// It has no pytest.
    pub fn with_pytest(self) -> Result<Self, PythonError> {
        match self.pytest {
            Some(_) => Ok(self),
            None => Err(PythonError::NoPytest { path: self.path }),
        }
    }
}

/// Asks an interpreter what it has: the one that is `given`, else that of a virtual environment in `from` or above it,
/// else `python3` of the PATH that children get. Where the last one lacks Playwright or pytest, and Drover has an
/// environment of its own in `tools`, that one is used; it sees all packages of the other.
///
/// # Errors
/// There is none, it does not start, or it is too old.
pub async fn find_python(
    door: &Door,
    given: Option<&Path>,
    from: &Path,
    tools: Option<&Path>,
) -> Result<Python, PythonError> {
    if let Some(path) = given.map(Path::to_owned).or_else(|| in_project(from)) {
        return ask(door, path, Owner::Project).await;
    }
    let theirs = machines_python(door).await;
    if theirs.as_ref().is_ok_and(Python::has_all) {
        return theirs;
    }
    match managed_python(door, tools).await {
        Some(own) if own.playwright.is_some() => Ok(own),
        _ => theirs,
    }
}

/// What `python3` of the PATH that children get has.
///
/// # Errors
/// There is none, it does not start, or it is too old.
pub async fn machines_python(door: &Door) -> Result<Python, PythonError> {
    let environment = door.environment(Audience::Task);
    let path = environment.get(OsStr::new("PATH"));
    let path = path.and_then(|path| on_path(path, "python3"));
    ask(door, path.ok_or(PythonError::NoPython)?, Owner::Project).await
}

/// Drover's own environment in the folder `tools`, if it is there and starts.
pub async fn managed_python(door: &Door, tools: Option<&Path>) -> Option<Python> {
    let path = interpreter_in(tools?);
    if !path.is_file() {
        return None;
    }
    ask(door, path, Owner::Drover).await.ok()
}

/// The interpreter of a virtual environment.
#[must_use]
pub fn interpreter_in(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}

async fn ask(door: &Door, path: PathBuf, owner: Owner) -> Result<Python, PythonError> {
    let text = answer(door, &path, &["-c", QUESTION])
        .await
        .map_err(|source| PythonError::Start {
            path: path.clone(),
            source,
        })?;
    understood(path, &text, owner)
}

/// The interpreter of a virtual environment beside the script or above it.
fn in_project(from: &Path) -> Option<PathBuf> {
    let names = [".venv/bin/python", "venv/bin/python"];
    from.ancestors().find_map(|folder| {
        names
            .iter()
            .map(|name| folder.join(name))
            .find(|path| path.is_file())
    })
}

fn understood(path: PathBuf, text: &str, owner: Owner) -> Result<Python, PythonError> {
    #[derive(Deserialize)]
    struct Answer {
        version: String,
        playwright: Option<String>,
        pytest: Option<String>,
    }
    let Some(Answer {
        version,
        playwright,
        pytest,
    }) = text
        .lines()
        .last()
        .and_then(|line| serde_json::from_str(line).ok())
    else {
        return Err(PythonError::NoVersion { path });
    };
    if numbers(&version) < Some(OLDEST) {
        return Err(PythonError::TooOld { path, version });
    }
    Ok(Python {
        path,
        version,
        playwright,
        pytest,
        owner,
    })
}

/// Whether a script is for Python.
pub fn is_python(script: &Script) -> bool {
    match script {
        Script::Project {
            config: Some(config),
            ..
        } if [".ini", ".toml", ".cfg"]
            .iter()
            .any(|end| config.ends_with(end)) =>
        {
            true
        }
        Script::Project {
            config: Some(_), ..
        } => false,
        Script::Project { path, .. } => is_pytest_project(Path::new(path.as_str())),
        _ => script.is_python_file(),
    }
}

/// Whether a folder is a project for pytest: it has a configuration or tests for it, and none for Playwright's own
/// test runner.
fn is_pytest_project(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    let names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    let has = |wanted: &dyn Fn(&str) -> bool| names.iter().any(|name| wanted(name));
    let is_test = |name: &str| {
        let Some(stem) = name.strip_suffix(".py") else {
            return false;
        };
        stem == "conftest" || stem.starts_with("test_") || stem.ends_with("_test")
    };
    if has(&|name| name.starts_with("playwright.config.")) {
        return false;
    }
    has(&|name| ["pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"].contains(&name))
        || has(&is_test)
        || ["tests", "test"].iter().any(|inside| {
            std::fs::read_dir(folder.join(inside)).is_ok_and(|entries| {
                entries
                    .flatten()
                    .any(|entry| entry.file_name().to_str().is_some_and(is_test))
            })
        })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_folder_tells_what_runs_its_tests() {
        let place = tempfile::tempdir().unwrap();
        let folder = |name: &str, files: &[&str]| {
            let folder = place.path().join(name);
            for file in files {
                let path = folder.join(file);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, "").unwrap();
            }
            is_pytest_project(&folder)
        };
        assert!(folder("ini", &["pytest.ini"]));
        assert!(folder("loose", &["test_shop.py"]));
        assert!(folder("inside", &["tests/shop_test.py"]));
        assert!(!folder(
            "both",
            &["pyproject.toml", "playwright.config.ts", "tests/test_a.py"]
        ));
        assert!(!folder("node", &["tests/a.spec.ts", "package.json"]));
        assert!(!folder("gone", &[]));
    }

    #[tokio::test]
    async fn the_given_comes_before_the_projects_before_the_path() {
        let place = tempfile::tempdir().unwrap();
        let script = |name: &str, says: &str| {
            let path = place.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, format!("#!/bin/sh\necho '{says}'\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        let project = place.path().join("project/e2e");
        let door = Door::open([("PATH".into(), place.path().join("bin").into())].into()).unwrap();
        let tools = place.path().join("tools");
        let find =
            async |given: Option<&Path>| find_python(&door, given, &project, Some(&tools)).await;
        assert!(matches!(find(None).await, Err(PythonError::NoPython)));
        let system = script(
            "bin/python3",
            r#"{"version":"3.9.2","playwright":null,"pytest":"8.1"}"#,
        );
        let found = find(None).await.unwrap();
        assert_eq!((&found.path, found.version.as_str()), (&system, "3.9.2"));
        let missing = found.with_pytest().unwrap().with_playwright().unwrap_err();
        let wanted = format!("run `{} -m pip install playwright`", system.display());
        assert!(missing.to_string().ends_with(&wanted), "{missing}");
        let managed = script(
            "tools/bin/python",
            r#"{"version":"3.9.2","playwright":"1.65.2","pytest":"9.2.0"}"#,
        );
        let found = find(None).await.unwrap();
        assert_eq!((&found.path, found.owner), (&managed, Owner::Drover));
        script("tools/bin/python", "broken, because Python was updated");
        assert_eq!(find(None).await.unwrap().path, system);
        script(
            "tools/bin/python",
            r#"{"version":"3.9.2","playwright":"1.65.2","pytest":"9.2.0"}"#,
        );
        script(
            "bin/python3",
            r#"{"version":"3.9.2","playwright":"1.60.0","pytest":"8.1"}"#,
        );
        let found = find(None).await.unwrap();
        assert_eq!((&found.path, found.owner), (&system, Owner::Project));
        let own = script(
            "project/.venv/bin/python",
            r#"{"version":"3.13.0","playwright":"1.65.2","pytest":null}"#,
        );
        let found = find(None).await.unwrap();
        assert_eq!(found.path, own);
        assert!(matches!(
            found.with_pytest(),
            Err(PythonError::NoPytest { .. })
        ));
        let old = script(
            "old",
            r#"{"version":"3.6.15","playwright":null,"pytest":null}"#,
        );
        let error = find(Some(&old)).await.unwrap_err();
        assert!(error.to_string().contains("is Python 3.6.15"), "{error}");
        let none = script("none", "hello");
        assert!(matches!(
            find(Some(&none)).await,
            Err(PythonError::NoVersion { .. })
        ));
    }
}
