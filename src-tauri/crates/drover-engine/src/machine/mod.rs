//! What this machine has: browsers, Node, Playwright. Looked at once, and anew on demand.

mod checks;
mod install;
mod npm;
mod pip;
mod space;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use drover_browser::Brand;
use drover_model::{machine::FoundBrowser, profile::BrowserChoice};
use drover_runner::{
    node::{Node, NodeError, Owner, Playwright, find_node, find_playwright},
    process::{Audience, Door},
    python::{Python, PythonError, machines_python, managed_python},
};
use tokio::sync::Mutex;

use crate::Paths;

pub(crate) use space::Space;

/// Finds programs through the one door for processes, and remembers them.
pub(crate) struct Machine {
    door: Door,
    /// Looked up at first use; `None` means not looked at yet.
    browsers: Mutex<Option<Vec<FoundBrowser>>>,
    node: Mutex<Option<Node>>,
    pythons: Mutex<Option<Pythons>>,
}

/// The machine's Python, and Drover's own environment over it, as far as they are there.
#[derive(Debug, Clone)]
pub(crate) struct Pythons {
    pub(crate) theirs: Option<Python>,
    pub(crate) own: Option<Python>,
}

impl Machine {
    pub(crate) fn new(door: Door) -> Self {
        Self {
            door,
            browsers: Mutex::new(None),
            node: Mutex::new(None),
            pythons: Mutex::new(None),
        }
    }

    /// Forgets what was found, because something was installed.
    pub(crate) async fn forget(&self) {
        *self.browsers.lock().await = None;
        *self.node.lock().await = None;
        *self.pythons.lock().await = None;
    }

    /// The browsers of this machine, best first.
    pub(crate) async fn browsers(&self) -> Vec<FoundBrowser> {
        let mut known = self.browsers.lock().await;
        if let Some(found) = &*known {
            return found.clone();
        }
        let found = self.look(None).await;
        // An empty answer is not kept: a browser may be installed at any time.
        if !found.is_empty() {
            *known = Some(found.clone());
        }
        found
    }

    /// The browser that a profile asks for, if it is there.
    pub(crate) async fn browser_for(&self, choice: &str) -> Option<FoundBrowser> {
        match choice.parse::<BrowserChoice>().ok()? {
            BrowserChoice::Path(path) => self.look(Some(Path::new(&path))).await.into_iter().next(),
            BrowserChoice::Auto => self.browsers().await.into_iter().next(),
            BrowserChoice::Brand(brand) => self
                .browsers()
                .await
                .into_iter()
                .find(|found| found.brand == brand),
        }
    }

    async fn look(&self, explicit: Option<&Path>) -> Vec<FoundBrowser> {
        let environment: Vec<(OsString, OsString)> = self
            .door
            .environment(Audience::Browser)
            .into_iter()
            .collect();
        match drover_browser::find(explicit, &environment, &self.door).await {
            Ok(found) => found.into_iter().map(in_words).collect(),
            Err(error) => {
                tracing::warn!(%error, "the browser of a profile cannot be used");
                Vec::new()
            }
        }
    }

    /// Node, if there is one that is new enough.
    pub(crate) async fn node(&self) -> Option<Node> {
        self.find_node().await.ok()
    }

    /// Node, or why there is none.
    pub(crate) async fn find_node(&self) -> Result<Node, NodeError> {
        let mut known = self.node.lock().await;
        if let Some(node) = &*known {
            return Ok(node.clone());
        }
        let found = find_node(&self.door, None).await;
        *known = found.as_ref().ok().cloned();
        found
    }
}

impl Machine {
    /// The machine's Python, or why there is none. It is asked each time: packages come and go without a trace.
    pub(crate) async fn python(&self) -> Result<Python, PythonError> {
        machines_python(&self.door).await
    }

    /// Both, as they were found the first time.
    pub(crate) async fn pythons(&self, paths: &Paths) -> Pythons {
        let mut known = self.pythons.lock().await;
        if let Some(pythons) = &*known {
            return pythons.clone();
        }
        let found = Pythons {
            theirs: self.python().await.ok(),
            own: self.managed_python(paths).await,
        };
        known.insert(found).clone()
    }

    /// The managed environment for Python, if it is there and has Playwright.
    pub(crate) async fn managed_python(&self, paths: &Paths) -> Option<Python> {
        let found = managed_python(&self.door, Some(&paths.python_tools)).await;
        found.filter(|found| found.playwright.is_some())
    }
}

/// The managed copy of Playwright, if it is installed.
pub(crate) fn managed_playwright(paths: &Paths) -> Option<Playwright> {
    find_playwright(&paths.node_tools, Some(&paths.node_tools)).ok()
}

/// `1.65.1 (managed)`.
pub(crate) fn playwright_words(found: &Playwright, paths: &Paths) -> String {
    let own = found.owner == Owner::Drover || found.folder.starts_with(&paths.node_tools);
    if own {
        format!("{} (managed)", found.version)
    } else {
        found.version.clone()
    }
}

fn in_words(found: drover_browser::FoundBrowser) -> FoundBrowser {
    let brand = match found.brand {
        Brand::Chrome => "chrome",
        Brand::Chromium => "chromium",
        Brand::Edge => "edge",
        Brand::Brave => "brave",
    };
    FoundBrowser {
        brand: brand.to_owned(),
        version: found.version.to_string(),
        path: path_text(found.path),
    }
}

fn path_text(path: PathBuf) -> String {
    path.into_os_string()
        .into_string()
        .unwrap_or_else(|path| path.to_string_lossy().into_owned())
}
