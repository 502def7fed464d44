//! Headless Chromium that takes one picture of a page.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::environment;
use crate::process::Cmd;
use crate::setup::BROWSERS;

/// Time inside the page, in ms, which passes as fast as the page can follow.
const BUDGET_MS: u32 = 8_000;
/// Words in the browser's log that mean that the page did something it must not do.
const TROUBLE: &[&str] = &[
    "Content Security Policy",
    "panicked at",
    "Uncaught",
    "Failed to load resource",
];

/// A browser with a profile folder of its own, removed at the end.
pub(super) struct Browser {
    program: PathBuf,
    profile: PathBuf,
}

impl Browser {
    pub(super) fn find() -> Result<Self> {
        let program = environment::find_any(BROWSERS).context("no Chromium or Chrome on PATH")?;
        let profile = std::env::temp_dir().join(format!("drover-shots-{}", std::process::id()));
        Ok(Self { program, profile })
    }

    /// Writes the picture and returns what the page complained about.
    pub(super) fn photograph(&self, address: &str, to: &Path) -> Result<Vec<String>> {
        std::fs::remove_file(to).ok(); // so that a picture there means that it is new
        let mut cmd = Cmd::new(&self.program)
            .args(["--headless=new", "--disable-gpu", "--hide-scrollbars"])
            .args(["--force-color-profile=srgb", "--window-size=1440,900"])
            .args([
                "--no-first-run",
                "--disable-extensions",
                "--disable-background-networking",
            ])
            .args(["--enable-logging=stderr", "--log-level=0"])
            .arg(format!("--virtual-time-budget={BUDGET_MS}"))
            .arg(format!("--user-data-dir={}", self.profile.display()))
            .arg(format!("--screenshot={}", to.display()));
        if environment::is_root() {
            cmd = cmd.arg("--no-sandbox");
        }
        let said = cmd.arg(address).everything_said()?;
        if !to.is_file() {
            bail!("Chromium wrote no picture of {address}:\n{}", said.text);
        }
        Ok(complaints(&said.text))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.profile).ok(); // a temporary folder; the system clears what is left
    }
}

fn complaints(log: &str) -> Vec<String> {
    log.lines()
        .filter(|line| line.contains("CONSOLE") && TROUBLE.iter().any(|word| line.contains(word)))
        .map(String::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::complaints;

    #[test]
    fn only_the_pages_own_trouble_counts() {
        let log = "[1:2:INFO:CONSOLE(1)] \"hello\", source: a (1)\n\
            [1:2:ERROR:dbus/bus.cc:408] Failed to connect to the bus\n\
            [1:2:INFO:CONSOLE:1] \"Refused to apply inline style because it violates the following \
            Content Security Policy directive\", source: a (1)\n";
        let found = complaints(log);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("inline style"));
    }
}
