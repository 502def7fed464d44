//! The app where there is no display: on a virtual one, with a picture of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::TICK;
use super::screen::Screen;
use crate::console;
use crate::environment;
use crate::layout;
use crate::process::{Cmd, Group, Interrupt};
use crate::setup::Tools;

/// How long the window may take to appear and be painted on a slow machine.
const PATIENCE: Duration = Duration::from_secs(90);
/// A page that has been painted has more colours than an empty window.
const PAINTED: usize = 32;

/// Starts the app on a virtual display and writes a picture of it; then waits for Ctrl-C, or ends
/// everything at once.
pub(super) fn open(tools: &Tools, once: bool) -> Result<ExitCode> {
    let clock = console::heading("open on a virtual display");
    let interrupt = Interrupt::listen()?;
    let runtime = RuntimeDir::new()?;
    let screen = Screen::start()?;
    let mut app = Group::start(session(tools, &screen, &runtime.path))?;
    let picture = layout::shots().join("run.png");
    wait_for_the_window(&screen, &mut app, &interrupt, &picture)?;
    if interrupt.came() {
        return Ok(ExitCode::SUCCESS);
    }
    clock.done("opened");
    println!("   picture: {}", picture.display());
    if once {
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "   display: {}; Ctrl-C ends the app and the display",
        screen.name()
    );
    while !interrupt.came() {
        if let Some(status) = app.ended()? {
            println!("   the app ended with {status}");
            return Ok(if status.success() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
        std::thread::sleep(TICK);
    }
    Ok(ExitCode::SUCCESS)
}

/// The app in a session bus of its own.
fn session(tools: &Tools, screen: &Screen, runtime: &Path) -> Cmd {
    let cmd = Cmd::new("dbus-run-session")
        .arg("--")
        .arg(layout::debug_program("drover"))
        .envs(tools.env())
        .env("DISPLAY", screen.name())
        .env("XDG_RUNTIME_DIR", runtime)
        .env("NO_AT_BRIDGE", "1")
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
        .env("LIBGL_ALWAYS_SOFTWARE", "1");
    if environment::is_root() {
        cmd.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
    } else {
        cmd
    }
}

/// Takes pictures until the window is there, painted, and the same twice in a row.
fn wait_for_the_window(
    screen: &Screen,
    app: &mut Group,
    interrupt: &Interrupt,
    picture: &Path,
) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let mut last = Vec::new();
    while !interrupt.came() {
        if let Some(status) = app.ended()? {
            bail!("the app ended with {status} before its window appeared");
        }
        if Instant::now() > deadline {
            bail!(
                "no painted window after {}; what was on the display is in `{}`",
                console::seconds(PATIENCE),
                picture.display()
            );
        }
        if screen.has_window("Drover") && screen.photograph(picture)? >= PAINTED {
            let now = fs::read(picture)
                .with_context(|| format!("failed to read `{}`", picture.display()))?;
            if now == last {
                return Ok(());
            }
            last = now;
        }
        std::thread::sleep(TICK * 5);
    }
    Ok(())
}

/// The folder for sockets of this session; made where the system gave none, and removed at the end.
struct RuntimeDir {
    path: PathBuf,
    own: bool,
}

impl RuntimeDir {
    fn new() -> Result<Self> {
        if let Some(given) = environment::var("XDG_RUNTIME_DIR") {
            return Ok(Self {
                path: given.into(),
                own: false,
            });
        }
        let path = std::env::temp_dir().join(format!("drover-run-{}", std::process::id()));
        private_folder(&path).with_context(|| format!("failed to create `{}`", path.display()))?;
        Ok(Self { path, own: true })
    }
}

impl Drop for RuntimeDir {
    fn drop(&mut self) {
        if self.own {
            fs::remove_dir_all(&self.path).ok(); // a folder for sockets; the system clears what is left
        }
    }
}

#[cfg(unix)]
fn private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> std::io::Result<()> {
    fs::create_dir(path)
}
