//! The checks of the first run and of `doctor`, each with what to do.

use std::path::Path;

use drover_model::machine::{Check, CheckState};
use drover_vault::{State, Vault};

use super::{Machine, Space, managed_playwright, playwright_words};
use crate::Paths;

impl Machine {
    /// Every check, in the order in which they are shown.
    pub(crate) async fn checks(&self, paths: &Paths, vault: &Vault) -> Vec<Check> {
        let mut checks = vec![
            self.browser().await,
            sandbox(paths),
            self.node_check().await,
            playwright(paths),
            self.python_check(paths).await,
            keychain(vault).await,
        ];
        checks.extend([data_folder(paths), disk(paths), display(paths)]);
        checks
    }

    async fn browser(&self) -> Check {
        let found = self.browsers().await;
        let Some(first) = found.first() else {
            return check(
                "browser",
                "Browser",
                CheckState::Fail,
                "no Chrome, Chromium, Edge or Brave was found",
            )
            .with_fix("Install Chrome or Chromium, or name its path in the profile.");
        };
        let others: Vec<_> = found[1..]
            .iter()
            .map(|browser| format!("{} {}", browser.brand, browser.version))
            .collect();
        let more = if others.is_empty() {
            String::new()
        } else {
            format!(", also {}", others.join(", "))
        };
        check(
            "browser",
            "Browser",
            CheckState::Ok,
            format!(
                "{} {} at `{}`{more}",
                first.brand, first.version, first.path
            ),
        )
    }

    async fn node_check(&self) -> Check {
        match self.find_node().await {
            Ok(node) => check(
                "node",
                "Node",
                CheckState::Ok,
                format!("Node {} at `{}`", node.version, node.path.display()),
            ),
            Err(error) => check(
                "node",
                "Node",
                CheckState::Warn,
                format!("{error}. Playwright tasks stay unavailable; commands and steps work"),
            )
            .with_fix("Install Node 20.6 or newer."),
        }
    }

    /// Python is for those who have scripts in it, so nothing of it is missed by itself.
    async fn python_check(&self, paths: &Paths) -> Check {
        let (id, title) = ("python", "Python");
        let theirs = match self.python().await {
            Ok(found) => found,
            Err(error) => {
                return check(
                    id,
                    title,
                    CheckState::Warn,
                    format!("{error}. Scripts in Python stay unavailable"),
                )
                .with_fix("Install Python 3.9 or newer, if you have scripts in it.");
            }
        };
        let path = theirs.path.display();
        let found = format!("Python {} at `{path}`", theirs.version);
        let (playwright, whose) = match (&theirs.playwright, self.managed_python(paths).await) {
            (Some(theirs), _) => (Some(theirs.clone()), ""),
            (None, Some(own)) => (own.playwright, " (managed)"),
            (None, None) => (None, ""),
        };
        match playwright {
            Some(version) => check(
                id,
                title,
                CheckState::Ok,
                format!("{found} with Playwright {version}{whose}"),
            ),
            None => check(
                id,
                title,
                CheckState::Ok,
                format!("{found} without Playwright; scripts use that of their virtual environment"),
            )
            .with_fix("For scripts without one, install the managed copy in Settings › Playwright and Node, or with `drover-cli doctor --fix python`. It needs pip and downloads no browser."),
        }
    }
}

fn playwright(paths: &Paths) -> Check {
    match managed_playwright(paths) {
        Some(found) => check("playwright", "Playwright", CheckState::Ok, format!("Playwright {}", playwright_words(&found, paths))),
        None => check("playwright", "Playwright", CheckState::Warn, "there is no managed copy; scripts in a project use the project's own")
            .with_fix("Install the managed copy in Settings › Playwright and Node, or with `drover-cli doctor --fix`. It needs npm and downloads no browser."),
    }
}

/// Chrome's sandbox wants user namespaces, and refuses to start as root.
fn sandbox(paths: &Paths) -> Check {
    let title = "Sandbox";
    if paths.no_sandbox {
        return check(
            "sandbox",
            title,
            CheckState::Warn,
            "Chrome runs without its sandbox, because `DROVER_UNSAFE_NO_SANDBOX=1` is set",
        )
        .with_fix("Unset it unless this machine cannot run the sandbox.");
    }
    match sandbox_obstacle() {
        None => check(
            "sandbox",
            title,
            CheckState::Ok,
            "Chrome can use its sandbox",
        ),
        Some((obstacle, fix)) => check("sandbox", title, CheckState::Fail, obstacle).with_fix(fix),
    }
}

#[cfg(target_os = "linux")]
fn sandbox_obstacle() -> Option<(&'static str, &'static str)> {
    let is = |path: &str, value: &str| {
        std::fs::read_to_string(path).is_ok_and(|text| text.trim() == value)
    };
    if rustix::process::geteuid().is_root() {
        return Some((
            "Chrome refuses to use its sandbox as root",
            "Run Drover as an ordinary user. On a build machine set `DROVER_UNSAFE_NO_SANDBOX=1`.",
        ));
    }
    if is("/proc/sys/kernel/unprivileged_userns_clone", "0")
        || is("/proc/sys/user/max_user_namespaces", "0")
    {
        return Some((
            "this system blocks the user namespaces that Chrome's sandbox needs",
            "Set `kernel.unprivileged_userns_clone=1` with sysctl.",
        ));
    }
    None
}

#[cfg(not(target_os = "linux"))]
fn sandbox_obstacle() -> Option<(&'static str, &'static str)> {
    None
}

async fn keychain(vault: &Vault) -> Check {
    let title = "Keychain";
    match vault.probe().await {
        State::Ready => check("keychain", title, CheckState::Ok, format!("{}, unlocked", vault.backend().label())),
        State::Locked | State::Unlocking => {
            check("keychain", title, CheckState::Warn, "the keychain is locked; runs that need tokens wait").with_fix("Unlock it on the Tokens page or by signing in to the desktop.")
        }
        State::Absent => check("keychain", title, CheckState::Warn, "no system keychain was found; tokens cannot be stored")
            .with_fix("Install and start GNOME Keyring or KWallet, or keep tokens in memory until Drover quits."),
        State::Probing | State::TimedOut => {
            check("keychain", title, CheckState::Warn, "the keychain did not answer in time").with_fix("Check whether its prompt is open, then look again.")
        }
    }
}

fn data_folder(paths: &Paths) -> Check {
    let title = "Data folder";
    let shown = paths.data.display();
    let lower = paths.data.to_string_lossy().to_lowercase();
    let synced = ["dropbox", "onedrive", "icloud", "google drive", "nextcloud"]
        .into_iter()
        .find(|name| lower.contains(name));
    if let Some(synced) = synced {
        return check("data_folder", title, CheckState::Warn, format!("`{shown}` looks like a folder that {synced} synchronises; SQLite can lose data there"))
            .with_fix("Choose another folder with `DROVER_DATA_DIR`.");
    }
    if on_network(&paths.data) {
        return check(
            "data_folder",
            title,
            CheckState::Warn,
            format!("`{shown}` is on a network drive; SQLite can lose data there"),
        )
        .with_fix("Choose a local folder with `DROVER_DATA_DIR`.");
    }
    check("data_folder", title, CheckState::Ok, format!("`{shown}`"))
}

/// Magic numbers of network file systems, from statfs(2).
#[cfg(target_os = "linux")]
fn on_network(folder: &Path) -> bool {
    const NFS: i64 = 0x6969;
    const CIFS: i64 = 0xff53_4d42;
    const SMB2: i64 = 0xfe53_4d42;
    rustix::fs::statfs(folder).is_ok_and(|found| [NFS, CIFS, SMB2].contains(&found.f_type))
}

#[cfg(not(target_os = "linux"))]
fn on_network(_folder: &Path) -> bool {
    false
}

fn disk(paths: &Paths) -> Check {
    let title = "Disk";
    match Space::of(&paths.data) {
        None => check("disk", title, CheckState::Warn, "the free space is unknown"),
        Some(space) if space.is_low() => check(
            "disk",
            title,
            CheckState::Fail,
            format!("{} free", gigabytes(space.free)),
        )
        .with_fix("Free at least 1 GB."),
        Some(space) => check(
            "disk",
            title,
            CheckState::Ok,
            format!("{} free", gigabytes(space.free)),
        ),
    }
}

/// By 1,000, with one decimal, as everywhere in the window.
fn gigabytes(bytes: u64) -> String {
    format!(
        "{}.{} GB",
        bytes / 1_000_000_000,
        bytes % 1_000_000_000 / 100_000_000
    )
}

fn display(paths: &Paths) -> Check {
    let there = !cfg!(target_os = "linux")
        || paths.variable("DISPLAY").is_some()
        || paths.variable("WAYLAND_DISPLAY").is_some();
    if there {
        return check(
            "display",
            "Display",
            CheckState::Ok,
            "browsers can show their windows",
        );
    }
    check(
        "display",
        "Display",
        CheckState::Warn,
        "there is no screen; browsers run headless",
    )
    .with_fix("Start Drover in a desktop session to see windows.")
}

fn check(id: &str, title: &str, state: CheckState, message: impl Into<String>) -> Check {
    Check {
        id: id.to_owned(),
        title: title.to_owned(),
        state,
        message: message.into(),
        fix: None,
    }
}

/// Adds what to do.
trait WithFix {
    fn with_fix(self, fix: impl Into<String>) -> Self;
}

impl WithFix for Check {
    fn with_fix(self, fix: impl Into<String>) -> Self {
        Self {
            fix: Some(fix.into()),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_one_decimal() {
        assert_eq!(gigabytes(80_350_000_000), "80.3 GB");
        assert_eq!(gigabytes(900_000_000), "0.9 GB");
    }
}
