//! A profile folder and the browser on it.

use std::{ffi::OsString, fs, os::unix::fs::PermissionsExt as _, path::PathBuf, time::Duration};

use drover_browser::{
    Browser, CryptMode, LaunchOptions, Sandbox, Visibility,
    cdp::protocol::{Command, Nothing},
    find,
};
use drover_model::overrides::Overrides;
use serde::Serialize;
use tempfile::TempDir;

use super::{Door, PATIENCE};

/// Ends the process of a page. There is never a reply.
#[derive(Serialize)]
pub(crate) struct Crash {}

impl Command for Crash {
    const METHOD: &'static str = "Page.crash";
    type Reply = Nothing;
}

/// A temporary home with one profile in it.
pub(crate) struct Profile {
    pub home: TempDir,
}

/// The environment of a browser: a home of its own and where programs lie.
pub(crate) fn env(home: &TempDir) -> Vec<(OsString, OsString)> {
    let home = home.path().as_os_str().to_owned();
    vec![
        ("HOME".into(), home.clone()),
        ("TMPDIR".into(), home),
        ("PATH".into(), "/usr/local/bin:/usr/bin:/bin".into()),
    ]
}

impl Profile {
    pub(crate) fn new() -> Self {
        Self {
            home: tempfile::Builder::new()
                .prefix("drover-browser-")
                .tempdir()
                .unwrap(),
        }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.home.path().join("profile/chrome")
    }

    /// Options for a program in Chrome's place.
    pub(crate) fn options(&self, program: PathBuf) -> LaunchOptions {
        LaunchOptions {
            program,
            folder: self.folder(),
            visibility: Visibility::Headless,
            // The tests may run as root, where Chrome's sandbox does not start.
            sandbox: Sandbox::Off,
            crypt: CryptMode::Portable,
            cache_limit: None,
            proxy: None,
            overrides: Overrides::default(),
            start_urls: Vec::new(),
            quiet: true,
            arguments: Vec::new(),
            env: env(&self.home),
            marker: self
                .home
                .path()
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned(),
            start_limit: PATIENCE,
        }
    }

    /// Options for the installed browser.
    pub(crate) async fn real(&self) -> LaunchOptions {
        let found = find(None, &env(&self.home), &Door).await.unwrap();
        let browser = found
            .first()
            .expect("these tests need Chrome, Chromium, Edge or Brave");
        self.options(browser.path.clone())
    }

    pub(crate) async fn launch(&self) -> Browser {
        let options = self.real().await;
        Browser::launch(&Door, options).await.unwrap()
    }

    /// A shell script in Chrome's place, with little time to answer.
    pub(crate) fn script(&self, body: &str) -> LaunchOptions {
        let path = self.home.path().join("fake-chrome");
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        LaunchOptions {
            start_limit: Duration::from_millis(500),
            ..self.options(path)
        }
    }
}
