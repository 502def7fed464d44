//! Where Node and Playwright are, and which versions.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::answer::{answer, numbers};
use crate::known;
use crate::process::{Audience, Door};

/// Playwright 1.65 needs Node 20, and Drover's hook the way of adding to module resolution that came with 20.6.
const OLDEST_NODE: (u32, u32) = (20, 6);
const OLDEST_NODE_TEXT: &str = "20.6";

/// Why Node or Playwright cannot be used, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    #[error(
        "Node was not found on the PATH; install Node {OLDEST_NODE_TEXT} or newer, or name it in the settings"
    )]
    NoNode,
    #[error("`{}` is Node {version}; Playwright needs Node {OLDEST_NODE_TEXT} or newer", path.display())]
    TooOld { path: PathBuf, version: String },
    #[error("`{} --version` gave no version", path.display())]
    NoVersion { path: PathBuf },
    #[error("failed to start `{}`", path.display())]
    Start {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("Playwright was not found in the project of `{}` nor among Drover's own tools; run `npm install playwright` in the project, or let Drover's set-up install its own copy", script.display())]
    NoPlaywright { script: PathBuf },
    #[error("`{}` has Playwright without its test runner; run `npm install @playwright/test` there", folder.display())]
    NoTestRunner { folder: PathBuf },
}

impl NodeError {
    /// Whether Node is there and Playwright is not.
    #[must_use]
    pub fn is_about_playwright(&self) -> bool {
        matches!(self, Self::NoPlaywright { .. } | Self::NoTestRunner { .. })
    }
}

/// A Node that is new enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub path: PathBuf,
    /// Such as `20.20.2`.
    pub version: String,
}

/// Whose copy of Playwright it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Project,
    Drover,
}

/// A copy of Playwright.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playwright {
    /// The folder of the package: `playwright-core`, or `playwright` for the test runner.
    pub folder: PathBuf,
    pub version: String,
    pub owner: Owner,
}

/// The first program of this name on a `PATH`.
pub fn on_path(path: &OsStr, name: &str) -> Option<PathBuf> {
    let runnable = |file: &PathBuf| {
        std::fs::metadata(file)
            .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
    };
    std::env::split_paths(path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(runnable)
}

/// Asks a Node for its version. `given` is the path that the plan names; otherwise the PATH that children get decides.
///
/// # Errors
/// There is none, it does not start, or it is too old.
pub async fn find_node(door: &Door, given: Option<&Path>) -> Result<Node, NodeError> {
    let path = match given {
        Some(path) => path.to_owned(),
        None => door
            .environment(Audience::Task)
            .get(OsStr::new("PATH"))
            .and_then(|path| on_path(path, "node"))
            .ok_or(NodeError::NoNode)?,
    };
    let text = match known::version(&path) {
        Some(text) => text,
        None => answer(door, &path, &["--version"])
            .await
            .map_err(|source| NodeError::Start {
                path: path.clone(),
                source,
            })?,
    };
    let version = text.trim().strip_prefix('v').unwrap_or_default().to_owned();
    match numbers(&version) {
        None => Err(NodeError::NoVersion { path }),
        Some(found) if found < OLDEST_NODE => Err(NodeError::TooOld { path, version }),
        Some(_) => {
            known::remember(&path, &text);
            Ok(Node { path, version })
        }
    }
}

/// The number before the first dot.
pub(crate) fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

/// Looks for a package in `node_modules` upwards from `from`, then in Drover's own folder.
fn find_package(from: &Path, node_tools: Option<&Path>, names: &[&str]) -> Option<Playwright> {
    let project = from
        .ancestors()
        .map(|folder| (folder.join("node_modules"), Owner::Project));
    let own = node_tools.map(|folder| (folder.join("node_modules"), Owner::Drover));
    project.chain(own).find_map(|(modules, owner)| {
        names.iter().find_map(|name| {
            let folder = modules.join(name);
            Some(Playwright {
                version: version_of(&folder)?,
                folder,
                owner,
            })
        })
    })
}

/// Whether a project has a package that a script in `from` would load.
pub(crate) fn has_package(from: &Path, name: &str) -> bool {
    find_package(from, None, &[name]).is_some()
}

fn version_of(package: &Path) -> Option<String> {
    #[derive(Deserialize)]
    struct Manifest {
        version: String,
    }
    let text = std::fs::read(package.join("package.json")).ok()?;
    serde_json::from_slice::<Manifest>(&text)
        .ok()
        .map(|manifest| manifest.version)
}

/// The copy of Playwright that a script in `from` will load.
///
/// # Errors
/// Neither the project nor Drover has one.
pub fn find_playwright(from: &Path, node_tools: Option<&Path>) -> Result<Playwright, NodeError> {
    find_package(
        from,
        node_tools,
        &["playwright", "@playwright/test", "playwright-core"],
    )
    .ok_or_else(|| NodeError::NoPlaywright {
        script: from.to_owned(),
    })
}

/// The copy of Playwright whose `cli.js` runs the tests of a project.
///
/// # Errors
/// Neither the project nor Drover has a test runner.
pub fn find_test_runner(
    project: &Path,
    node_tools: Option<&Path>,
) -> Result<Playwright, NodeError> {
    let found = find_package(project, node_tools, &["@playwright/test", "playwright"]).ok_or_else(
        || NodeError::NoPlaywright {
            script: project.to_owned(),
        },
    )?;
    if found.folder.join("cli.js").is_file() {
        Ok(found)
    } else {
        Err(NodeError::NoTestRunner {
            folder: found.folder,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(modules: &Path, name: &str, version: &str) {
        let folder = modules.join("node_modules").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(
            folder.join("package.json"),
            format!("{{\"version\":\"{version}\"}}"),
        )
        .unwrap();
        std::fs::write(folder.join("cli.js"), "").unwrap();
    }

    #[test]
    fn the_project_comes_before_drovers_own_copy() {
        let place = tempfile::tempdir().unwrap();
        let (project, tools) = (place.path().join("shop/e2e"), place.path().join("tools"));
        std::fs::create_dir_all(&project).unwrap();
        assert!(matches!(
            find_playwright(&project, Some(&tools)),
            Err(NodeError::NoPlaywright { .. })
        ));
        package(&tools, "playwright-core", "1.65.1");
        package(&tools, "@playwright/test", "1.65.1");
        let own = find_test_runner(&project, Some(&tools)).unwrap();
        assert_eq!((own.owner, own.version.as_str()), (Owner::Drover, "1.65.1"));
        package(&place.path().join("shop"), "playwright", "1.56.0");
        let theirs = find_test_runner(&project, Some(&tools)).unwrap();
        assert_eq!(
            (theirs.owner, theirs.version.as_str()),
            (Owner::Project, "1.56.0")
        );
    }

    #[tokio::test]
    async fn a_node_that_is_missing_too_old_or_none_is_told_apart() {
        let place = tempfile::tempdir().unwrap();
        let script = |name: &str, says: &str| {
            let path = place.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\necho {says}\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        let door = Door::open([("PATH".into(), place.path().into())].into()).unwrap();
        assert!(matches!(
            find_node(&door, None).await,
            Err(NodeError::NoNode)
        ));
        let old = find_node(&door, Some(&script("old", "v18.3.0")))
            .await
            .unwrap_err();
        assert!(old.to_string().contains("is Node 18.3.0"), "{old}");
        let almost = find_node(&door, Some(&script("almost", "v20.5.1")))
            .await
            .unwrap_err();
        assert!(
            matches!(almost, NodeError::TooOld { .. }) && almost.to_string().contains("20.6"),
            "{almost}"
        );
        assert!(matches!(
            find_node(&door, Some(&script("no", "hi"))).await,
            Err(NodeError::NoVersion { .. })
        ));
        let path = script("node", "v22.1.0");
        assert_eq!(
            find_node(&door, None).await.unwrap(),
            Node {
                path,
                version: "22.1.0".to_owned()
            }
        );
    }
}
