//! A virtual display and what can be seen on it.

use std::path::Path;

use anyhow::{Context, Result};

use crate::files;
use crate::process::{Cmd, Group};

/// An X server without a screen. Dropping it ends it.
pub(super) struct Screen {
    /// Kept for its end.
    _server: Group,
    name: String,
}

impl Screen {
    /// Starts a server on the first free display; it says which, once it is ready.
    pub(super) fn start() -> Result<Self> {
        let cmd = Cmd::new("Xvfb").args(["-displayfd", "1", "-screen", "0", "1440x900x24"]);
        let (server, number) = Group::start_with_first_line(cmd.args(["-nolisten", "tcp"]))
            .context("failed to start a virtual display")?;
        Ok(Self {
            _server: server,
            name: format!(":{number}"),
        })
    }

    /// The name for `DISPLAY`.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether a window with this word in its title is shown.
    pub(super) fn has_window(&self, title: &str) -> bool {
        Cmd::new("xdotool")
            .args(["search", "--onlyvisible", "--name", title])
            .env("DISPLAY", &self.name)
            .quietly()
    }

    /// Writes a picture of everything on the display and returns how many colours are in it.
    pub(super) fn photograph(&self, to: &Path) -> Result<usize> {
        files::write(to, b"")?;
        Cmd::new("import")
            .args(["-window", "root"])
            .arg(to)
            .env("DISPLAY", &self.name)
            .output()
            .with_context(|| format!("failed to photograph display {}", self.name))?;
        let colours = Cmd::new("identify")
            .args(["-format", "%k"])
            .arg(to)
            .output()?;
        colours
            .trim()
            .parse()
            .with_context(|| format!("`{}` is no picture", to.display()))
    }
}
