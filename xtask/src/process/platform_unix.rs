//! Process groups and signals.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

/// How long a group may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(8);
/// How often the end of a group is looked for.
const TICK: Duration = Duration::from_millis(50);

/// Lets the program have a process group of its own.
pub(super) fn apart(command: &mut Command) -> &mut Command {
    command.process_group(0)
}

/// Asks the whole group of a program to end, then makes it.
pub(super) fn end(child: &mut Child) {
    let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else {
        return;
    };
    kill_process_group(group, Signal::TERM).ok(); // it may have ended by itself
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline {
        child.try_wait().ok(); // reaps it, so that the group can become empty
        if test_kill_process_group(group).is_err() {
            return;
        }
        std::thread::sleep(TICK);
    }
    kill_process_group(group, Signal::KILL).ok(); // what is left did not listen
    child.wait().ok(); // it has just been killed
}

/// Ctrl-C and a polite request to end, noticed instead of obeyed at once.
pub(crate) struct Interrupt {
    noticed: Arc<AtomicBool>,
}

impl Interrupt {
    pub(crate) fn listen() -> Result<Self> {
        let noticed = Arc::new(AtomicBool::new(false));
        for signal in [
            signal_hook::consts::SIGINT,
            signal_hook::consts::SIGTERM,
            signal_hook::consts::SIGHUP,
        ] {
            signal_hook::flag::register(signal, Arc::clone(&noticed))
                .context("failed to listen for Ctrl-C")?;
        }
        Ok(Self { noticed })
    }

    pub(crate) fn came(&self) -> bool {
        self.noticed.load(Ordering::Relaxed)
    }
}
